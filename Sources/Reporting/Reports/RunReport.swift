import Wording

/// What a person wants to see of a run: curves over its steps, as a page or as text.
package struct RunReport: Sendable {
  package struct Task: Sendable {
    package var name: String
    /// As the task file calls it; nil when nothing is known but the log.
    package var type: String?
    /// The metric that the task is judged by.
    package var mainMetric: String?

    package init(name: String, type: String? = nil, mainMetric: String? = nil) {
      self.name = name
      self.type = type
      self.mainMetric = mainMetric
    }
  }

  package let name: String
  package let history: RunHistory
  /// In the order of the task files; their places decide their colours.
  package let tasks: [Task]
  /// The options that are not the defaults.
  package let options: [(name: String, value: String)]
  private let errorMetrics: Set<String>

  /// - Parameters:
  ///   - name: of the run.
  ///   - tasks: what is known of the tasks; those that only the log names are added.
  ///   - errorMetrics: the metrics of which less is better.
  package init(
    name: String, history: RunHistory, tasks: [Task] = [], options: [(name: String, value: String)] = [],
    errorMetrics: Set<String> = []
  ) {
    self.name = name
    self.history = history
    self.options = options
    self.errorMetrics = errorMetrics
    let known = Set(tasks.map(\.name))
    let others = history.tasks.filter { !known.contains($0) }.map { Task(name: $0) }
    self.tasks = (tasks + others).map { task in
      var task = task
      if task.mainMetric == nil {
        let evaluation = history.evaluations.lazy.compactMap { $0[task.name] }.first
        task.mainMetric = evaluation?.metrics.first?.name
      }
      return task
    }
  }

  func isError(_ metric: String) -> Bool { errorMetrics.contains(metric) }

  func style(of task: String) -> SeriesStyle {
    SeriesStyle(tasks.firstIndex { $0.name == task } ?? 0)
  }

  var correlations: [WeightCorrelation] {
    tasks.map { WeightCorrelation(task: $0.name, metric: $0.mainMetric, in: history) }
  }

  // MARK: Sentences

  /// `4 tasks, 2,374 steps in 3 epochs`
  var extent: String {
    let epochs = history.steps.compactMap(\.epoch).max()
    return "\(counted(tasks.count, "task")), \(counted(history.lastStep, "step"))"
      + (epochs.map { " in \(counted($0, "epoch"))" } ?? "")
  }

  var bestText: String {
    guard let best = history.best else {
      return history.evaluations.isEmpty ? "not evaluated" : "no evaluation has a score"
    }
    let step = "step \(grouped(best.step))"
    return best.score.map { "\(ChartText.decimal($0, decimals: 4)) at \(step)" } ?? step
  }

  /// The dev figures of a task at the best evaluation.
  func figures(of task: String) -> String {
    guard let metrics = history.best?[task]?.metrics, !metrics.isEmpty else { return "-" }
    return metrics.map { metric in
      "\(metric.name) \(metric.value.map { ChartText.decimal($0, decimals: 4) } ?? "-")"
    }.joined(separator: ", ")
  }

  func metricName(of correlation: WeightCorrelation) -> String {
    guard let metric = correlation.metric else { return "-" }
    return isError(metric) ? "\(metric) (less is better)" : metric
  }

  static func shown(_ result: WeightCorrelation.Result) -> String {
    switch result {
    case .value(let value): ChartText.decimal(value, decimals: 2)
    case .undefined(let reason): "- (\(reason))"
    }
  }
}
