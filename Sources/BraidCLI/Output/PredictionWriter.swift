import Foundation
import Tasks
import Tokenization
import Training

/// Writes predictions as JSON lines: `{"task": …, "row": …, "prediction": …, "probabilities": {…}, "expected": …}`.
final class PredictionWriter {
  private let output: OutputFile
  private let vocabulary: Vocabulary

  /// - Parameter vocabulary: the model's, for the names of hidden tokens.
  init(_ url: URL, vocabulary: Vocabulary) throws {
    output = try OutputFile(url)
    self.vocabulary = vocabulary
  }

  /// - Parameter predictions: an element an example; written in the order of the rows that were read.
  func write(_ predictions: [[Float]], of examples: Examples, task: TaskDefinition) throws {
    if task.type.target == .answer { return try write(answers: predictions, of: examples, task: task) }
    let order = (0..<examples.count).sorted {
      (examples.rows[$0], $0) < (examples.rows[$1], $1)
    }
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
      if task.type.target == .maskedTokens {
        members += hiddenTokens(predictions[example])
      } else if task.type.target == .tags {
        let marks = examples.marks(of: example)
        var words = marks.last.map { Int($0.unit) + 1 } ?? 0
        if case .tags(let tags) = examples.targets { words = tags[example].count }
        let labels = task.wordLabels(predictions[example], marks: marks, words: words)
        members.append(.init("prediction", .list(labels.map { .text(task.labels[$0.label]) })))
      } else {
        members += Self.members(predictions[example], of: task)
      }
      switch examples.targets {
      case .classes(let classes): members.append(.init("expected", .text(task.labels[Int(classes[example])])))
      case .scores(let values), .gains(let values):
        members.append(.init("expected", .number(single: values[example])))
      case .tags(let lists), .labelSets(let lists):
        members.append(.init("expected", .list(lists[example].map { .text(task.labels[Int($0)]) })))
      case .answers, .masked, .none: break
      }
      try output.write(JSONValue.object(members).encodedLine() + "\n")
    }
  }

  /// One line a row, whatever the number of windows that its context was read in.
  private func write(answers predictions: [[Float]], of examples: Examples, task: TaskDefinition) throws {
    for (windows, answer) in zip(examples.rowGroups, examples.answers(predictions)) {
      let example = windows.lowerBound
      var members: [JSONValue.Member] = [
        .init("task", .text(task.name)), .init("row", .number(Int(examples.rows[example]))),
        .init("prediction", .text(answer?.text ?? "")),
        .init("probability", .number(single: answer?.span.probability ?? 0)),
      ]
      if case .answers(let answers) = examples.targets {
        members.append(.init("expected", .list(answers.texts[example].map { .text($0) })))
      }
      try output.write(JSONValue.object(members).encodedLine() + "\n")
    }
  }

  /// `prediction`, the most probable piece of each place, `expected`, what stood there, and the probability of that. The
  /// prediction is null where embeddings have rows beyond the vocabulary and the most probable is one of those.
  private func hiddenTokens(_ prediction: [Float]) -> [JSONValue.Member] {
    let tokens = HiddenToken.list(prediction)
    return [
      .init("prediction", .list(tokens.map { piece($0.best) })),
      .init("expected", .list(tokens.map { piece($0.expected) })),
      .init("probabilities", .list(tokens.map { .number(single: exp($0.expectedLogProbability)) })),
    ]
  }

  private func piece(_ id: Int32) -> JSONValue {
    id < vocabulary.count ? .text(vocabulary.token(of: id)) : JSONValue(.null)
  }

  func finish() throws { try output.finish() }

  /// `prediction`, and for classes `probabilities` by label.
  private static func members(_ prediction: [Float], of task: TaskDefinition) -> [JSONValue.Member] {
    let answer: JSONValue
    switch task.type.target {
    case .label: answer = .text(task.labels[mostProbable(prediction)])
    case .labelSet: answer = .list(probableLabels(prediction).map { .text(task.labels[$0]) })
    default: return [.init("prediction", .number(single: prediction.first ?? 0))]
    }
    return [
      .init("prediction", answer),
      .init("probabilities", .object(zip(task.labels, prediction).map { .init($0, .number(single: $1)) })),
    ]
  }
}
