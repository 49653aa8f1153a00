import CommandLineOptions
import Tasks
import Training
import Wording

/// The figures of tasks, for people and for programs.
struct MetricTable {
  let tasks: [TaskDefinition]
  let queries: EvaluatedQueries
  let split: Split

  /// One line a metric; beside the first of a task what it was computed from.
  func render(_ evaluations: [TaskEvaluation]) -> String {
    var table = TextTable(["Task", "Metric", "Value", "Over"], alignments: [.left, .left, .right, .left])
    for evaluation in evaluations {
      for (index, value) in evaluation.values.enumerated() {
        let isFirst = index == 0
        table.add([
          isFirst ? evaluation.task : "", value.metric, shownFigure(value.value),
          isFirst ? basis(of: evaluation) : "",
        ])
      }
    }
    return table.render()
  }

  /// `408 dev examples`, `126 answerable dev queries`
  private func basis(of evaluation: TaskEvaluation) -> String {
    let noun =
      switch tasks.first(where: { $0.name == evaluation.task })?.type.target {
      case .relevance: "\(queries == .answerable ? "answerable " : "")\(split.rawValue) query"
      case .maskedTokens: "hidden \(split.rawValue) token"
      default: "\(split.rawValue) example"
      }
    return counted(evaluation.count, noun)
  }

  /// `{"task": {"metric": value}}`
  static func json(_ evaluations: [TaskEvaluation]) -> String {
    JSONValue.object(evaluations.map { .init($0.task, $0.encoded) }).encodedLine()
  }
}
