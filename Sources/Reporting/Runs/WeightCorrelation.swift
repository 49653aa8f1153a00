import Evaluation

/// How a task's weight and its main dev metric went together over a run's evaluations.
package struct WeightCorrelation: Sendable, Equatable {
  package enum Result: Sendable, Equatable {
    /// Pearson's correlation.
    case value(Double)
    /// There is none, for this reason.
    case undefined(String)
  }

  package var task: String
  package var metric: String?
  /// The evaluations that have both a weight and a value.
  package var count: Int
  package var result: Result

  /// The weight at an evaluation is the mean of those logged since the evaluation before.
  ///
  /// - Parameter metric: nil for a task that was never evaluated.
  package init(task: String, metric: String?, in history: RunHistory) {
    self.task = task
    self.metric = metric
    guard let metric, history.evaluations.contains(where: { $0[task] != nil }) else {
      count = 0
      result = .undefined("not evaluated")
      return
    }
    var weights: [Double] = []
    var values: [Double] = []
    var before = Int.min
    for evaluation in history.evaluations {
      let since = history.steps.filter { $0.step > before && $0.step <= evaluation.step }
      before = evaluation.step
      let logged = since.compactMap { step in step.tasks.first { $0.name == task }?.weight }
      guard let value = evaluation[task]?[metric], !logged.isEmpty else { continue }
      weights.append(logged.reduce(0, +) / Double(logged.count))
      values.append(value)
    }
    count = weights.count
    result =
      if count < 3 {
        .undefined(count == 0 ? "no weights logged" : "fewer than 3 evaluations")
      } else if Self.isConstant(weights) {
        .undefined("constant weight")
      } else if Self.isConstant(values) {
        .undefined("constant metric")
      } else if let value = Regression.pearson(weights, values) {
        .value(value)
      } else {
        .undefined("not defined")
      }
  }

  /// Means of equal numbers differ in their last bits.
  private static func isConstant(_ values: [Double]) -> Bool {
    guard let least = values.min(), let most = values.max() else { return true }
    return most - least <= 1e-9 * max(abs(least), abs(most))
  }
}
