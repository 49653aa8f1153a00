import Foundation
import Tasks
import Training

/// Writes predictions as JSON lines: `{"task": …, "row": …, "prediction": …, "probabilities": {…}, "expected": …}`.
final class PredictionWriter {
  private let output: OutputFile

  init(_ url: URL) throws { output = try OutputFile(url) }

  /// - Parameter predictions: an element an example; written in the order of the rows that were read.
  func write(_ predictions: [[Float]], of examples: Examples, task: TaskDefinition) throws {
    let order = (0..<examples.count).sorted { examples.rows[$0] < examples.rows[$1] }
    var queries = [Int](repeating: 0, count: examples.isRanking ? examples.count : 0)
    for query in 0..<examples.queryCount {
      for example in examples.candidates(of: query) { queries[example] = query }
    }
    for example in order {
      var members: [JSONValue.Member] = [
        .init("task", .text(task.name)), .init("row", .number(Int(examples.rows[example]))),
      ]
      if examples.isRanking {
        members.append(.init("query", .text(examples.queryNames[queries[example]])))
        members.append(.init("candidate", .text(examples.candidateNames[example])))
      }
      members += Self.members(predictions[example], of: task)
      switch examples.targets {
      case .classes(let classes): members.append(.init("expected", .text(task.labels[Int(classes[example])])))
      case .scores(let values), .gains(let values):
        members.append(.init("expected", .number(single: values[example])))
      case .none: break
      }
      try output.write(JSONValue.object(members).encodedLine() + "\n")
    }
  }

  func finish() throws { try output.finish() }

  /// `prediction`, and for classes `probabilities` by label.
  private static func members(_ prediction: [Float], of task: TaskDefinition) -> [JSONValue.Member] {
    guard task.type.target == .label else {
      return [.init("prediction", .number(single: prediction.first ?? 0))]
    }
    return [
      .init("prediction", .text(task.labels[mostProbable(prediction)])),
      .init("probabilities", .object(zip(task.labels, prediction).map { .init($0, .number(single: $1)) })),
    ]
  }
}
