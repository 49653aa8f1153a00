import Evaluation
import Tasks

extension TaskDefinition {
  /// What the task's predictions are, as metrics see them.
  var predictionKind: PredictionKind {
    switch type.target {
    case .label: .classes(count: labels.count)
    case .score: .scores
    case .relevance: .rankings
    }
  }

  /// The task's metrics.
  ///
  /// - Throws: `TaskFileError` for a name that is no metric, or one for other predictions than the task's.
  func resolvedMetrics() throws(TaskFileError) -> [Metric] {
    var metrics: [Metric] = []
    for name in self.metrics + (self.metrics.contains(mainMetric) ? [] : [mainMetric]) {
      do throws(MetricError) {
        let metric = try Metric.named(name)
        try metric.check(reads: predictionKind)
        metrics.append(metric)
      } catch {
        throw self.error("metrics", found: "'\(name)'", expected: "a metric for this task: \(error)")
      }
    }
    return metrics
  }

  /// Compares predictions with the targets of the examples they were made for.
  ///
  /// - Parameters:
  ///   - predictions: for each example class probabilities or one score, as `Predictor` gives them.
  ///   - queries: which ranking queries count.
  /// - Throws: `TaskFileError` as `resolvedMetrics`, `PredictionError` when examples have no targets.
  public func evaluate(
    _ predictions: [[Float]], of examples: Examples, queries: EvaluatedQueries = .answerable
  ) throws -> TaskEvaluation {
    let judged = try judged(predictions, of: examples, queries: queries)
    let values = try resolvedMetrics().map { metric in
      TaskEvaluation.MetricValue(metric: metric.name, value: try metric.value(for: judged))
    }
    return TaskEvaluation(task: name, count: judged.count, values: values, mainMetric: mainMetric)
  }

  /// The class probabilities of examples beside their classes.
  ///
  /// - Parameter predictions: for each example class probabilities, as `Predictor` gives them.
  /// - Throws: `ModelError` when the examples have no classes, `PredictionError` when the two do not belong together.
  public func labelledProbabilities(
    _ predictions: [[Float]], of examples: Examples
  ) throws -> LabelledProbabilities {
    guard case .classes(let classes) = examples.targets else {
      throw ModelError("task '\(name)': the rows have no labels to compare predictions with")
    }
    return try LabelledProbabilities(
      probabilities: predictions.flatMap { $0 }, expected: classes.map { Int($0) }, classCount: labels.count)
  }

  private func judged(
    _ predictions: [[Float]], of examples: Examples, queries: EvaluatedQueries
  ) throws -> Predictions {
    switch examples.targets {
    case .classes(let classes):
      return .classes(
        try ClassPredictions(
          predicted: predictions.map(mostProbable), expected: classes.map { Int($0) },
          classCount: labels.count, probabilities: predictions.flatMap { $0 }))
    case .scores(let scores):
      return .scores(
        try ScorePredictions(
          predicted: predictions.map { Double($0.first ?? 0) }, expected: scores.map { Double($0) }))
    case .gains(let gains):
      let chosen = queries == .answerable ? examples.answerableQueries : Array(0..<examples.queryCount)
      return .rankings(
        try chosen.map { query in
          let candidates = examples.candidates(of: query)
          return try RankedQuery(
            id: examples.queryNames[query], scores: candidates.map { predictions[$0].first ?? 0 },
            gains: candidates.map { Int(gains[$0]) },
            documentIDs: candidates.map { examples.candidateNames[$0] })
        })
    case .none:
      throw ModelError("task '\(name)': the rows have no labels to compare predictions with")
    }
  }
}

/// The class of highest probability; of equal ones the first.
package func mostProbable(_ probabilities: [Float]) -> Int {
  var best = 0
  for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
  return best
}
