import Foundation
import Tasks

extension RunFolder {
  /// The options that a run was started with, by name, in the order in which `run.json` holds them.
  ///
  /// - Returns: empty for a folder that is a model but no run.
  /// - Throws: `ModelError` for a file that can't be read.
  public static func options(in url: URL) throws(ModelError) -> [(name: String, value: String)] {
    let file = url.appendingPathComponent("run.json")
    guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
    guard let value = try? JSONReader.read(Array(data)[...]), case .object(let members) = value.kind else {
      throw ModelError("\(file.path): this is not the record of a run")
    }
    return members.compactMap { member in
      if case .text(let text) = member.value.kind { (member.name, text) } else { nil }
    }
  }

  /// The evaluations of a run so far, from `metrics.jsonl`.
  public static func evaluations(in url: URL) -> [EvaluationReport] {
    let file = url.appendingPathComponent("metrics.jsonl")
    guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
    var evaluations: [EvaluationReport] = []
    for line in Array(data).split(separator: UInt8(ascii: "\n")) {
      // A line that was cut off when the machine stopped says nothing.
      if let value = try? JSONReader.read(line), let evaluation = EvaluationReport(logged: value) {
        evaluations.append(evaluation)
      }
    }
    return evaluations
  }
}

extension EvaluationReport {
  /// Nil for a line that is about a step.
  fileprivate init?(logged line: JSONValue) {
    guard let dev = line["dev"], case .object(let members) = dev.kind, let step = line["step"]?.integer else {
      return nil
    }
    let counts = line["examples"]
    var tasks: [TaskEvaluation] = []
    for member in members {
      let count = counts?[member.name]?.integer ?? 0
      tasks.append(
        TaskEvaluation(task: member.name, count: count, values: member.value.metrics, mainMetric: ""))
    }
    self.init(
      step: step, tasks: tasks, score: line["score"]?.number, isBest: line["best"] == .flag(true))
  }
}

extension JSONValue {
  fileprivate var metrics: [TaskEvaluation.MetricValue] {
    guard case .object(let members) = kind else { return [] }
    return members.map { .init(metric: $0.name, value: $0.value.number) }
  }
}
