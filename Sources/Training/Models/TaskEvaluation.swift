import Evaluation
import Tasks

/// The figures of one task on one split.
public struct TaskEvaluation: Sendable, Equatable {
  public let task: String
  /// Examples, or queries for a ranking task.
  public let count: Int
  /// In the order in which the task file names the metrics; nil where a metric is not defined on these examples.
  public let values: [MetricValue]
  /// The metric that the task is judged by.
  public let mainMetric: String

  public struct MetricValue: Sendable, Equatable {
    public let metric: String
    public let value: Double?
  }

  public subscript(metric: String) -> Double? { values.first { $0.metric == metric }?.value }

  /// The value of the main metric, turned so that higher is better.
  public var score: Double? { score(by: mainMetric) }

  /// The value of a metric, turned so that higher is better.
  public func score(by name: String) -> Double? {
    guard let metric = try? Metric.named(name), let value = self[metric.name] else { return nil }
    return metric.higherIsBetter ? value : -value
  }

  /// `{"metric": value}`
  package var encoded: JSONValue { .object(values.map { .init($0.metric, .number($0.value)) }) }
}
