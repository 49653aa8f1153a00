import Evaluation
import Tasks

extension TaskDefinition {
  /// What the task's predictions are, as metrics see them.
  var predictionKind: PredictionKind {
    switch type.target {
    case .label: .classes(count: labels.count)
    case .score: .scores
    case .relevance: .rankings
    case .tags: .tags(haveEntities: hasEntities)
    case .labelSet: .labelSets
    case .answer: .answers
    case .maskedTokens: .maskedTokens
    }
  }

  /// Whether the task's labels of words make entities, as `B-PER` and `I-PER` do.
  public var hasEntities: Bool { labels.contains { !EntityLabel($0).isOutside } }

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
  ///   - predictions: for each example what `Predictor` gives.
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
    case .answers(let answers):
      return .answers(
        try AnswerPredictions(
          predicted: examples.answers(predictions).map { $0?.text ?? "" },
          expected: examples.rowGroups.map { answers.texts[$0.lowerBound] }))
    case .masked:
      let tokens = predictions.flatMap { HiddenToken.list($0) }
      return .maskedTokens(
        try MaskedTokenPredictions(
          predicted: tokens.map { Int($0.best) }, expected: tokens.map { Int($0.expected) },
          logProbabilities: tokens.map(\.expectedLogProbability)))
    case .labelSets(let sets):
      return .labelSets(
        try LabelSetPredictions(
          predicted: predictions.map { probableLabels($0) },
          expected: (0..<sets.count).map { sets[$0].map { Int($0) } }, labelCount: labels.count))
    case .tags(let tags):
      return .tags(
        try TagPredictions(
          predicted: predictions.enumerated().map { example, prediction in
            let marks = examples.marks(of: example)
            return wordLabels(prediction, marks: marks, words: tags[example].count).map { $0.label }
          },
          expected: (0..<tags.count).map { tags[$0].map { Int($0) } }, labels: labels))
    case .none:
      throw ModelError("task '\(name)': the rows have no labels to compare predictions with")
    }
  }

  /// The label of each word of a text and its probability. A word that was cut off, or has no visible character, is given
  /// `O`, if there is such a label, else the first, with a probability of 0.
  ///
  /// - Parameters:
  ///   - prediction: the probability of each label, marked word by marked word, as `Predictor` gives them.
  ///   - marks: the words that they are of.
  public func wordLabels(
    _ prediction: [Float], marks: some Collection<Mark>, words: Int
  ) -> [(label: Int, probability: Float)] {
    let outside = labels.firstIndex(of: "O") ?? 0
    var result = [(label: Int, probability: Float)](repeating: (outside, 0), count: words)
    for (place, mark) in marks.enumerated() {
      let probabilities = prediction[place * labels.count..<(place + 1) * labels.count]
      let label = mostProbable(Array(probabilities))
      result[Int(mark.unit)] = (label, probabilities[probabilities.startIndex + label])
    }
    return result
  }
}

/// The labels of a set: those that are at least as probable as not.
package func probableLabels(_ probabilities: [Float]) -> [Int] {
  probabilities.indices.filter { probabilities[$0] >= 0.5 }
}

/// The class of highest probability; of equal ones the first.
package func mostProbable(_ probabilities: [Float]) -> Int {
  var best = 0
  for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
  return best
}
