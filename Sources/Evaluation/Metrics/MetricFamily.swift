/// An entry of the metric catalogue: a metric, or one for each cut-off.
public struct MetricFamily: Sendable {
  /// The name without a cut-off.
  public let name: String
  /// Other spellings that are understood.
  public let aliases: [String]
  public let summary: String
  public let input: Metric.Input
  public let higherIsBetter: Bool
  public let cutoff: Cutoff
  private let measure: @Sendable (Predictions, Int?) -> Double?

  /// Whether the name is followed by a cut-off, as in `p@5`.
  public enum Cutoff: Sendable {
    case none
    case optional
    case required
  }

  /// The name as lists show it, with `@K` where a cut-off goes.
  public var shownName: String {
    switch cutoff {
    case .none: name
    case .optional: "\(name)[@K]"
    case .required: "\(name)@K"
    }
  }

  /// The metric with this cut-off. The caller makes sure that the family takes it.
  func metric(cutoff: Int?) -> Metric {
    Metric(
      name: cutoff.map { "\(name)@\($0)" } ?? name, summary: summary, input: input,
      higherIsBetter: higherIsBetter
    ) { [measure] predictions in
      measure(predictions, cutoff)
    }
  }
}

/// The forms that entries of the catalogue have.
extension MetricFamily {
  static func classes(
    _ name: String, aliases: [String] = [], _ summary: String,
    measure: @escaping @Sendable (ClassPredictions) -> Double?
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: aliases, summary: summary, input: .classes, higherIsBetter: true, cutoff: .none
    ) { predictions, _ in
      predictions.classes.flatMap(measure)
    }
  }

  /// A measure of how often labels were right, one an example or any number.
  static func labels(
    _ name: String, _ summary: String, measure: @escaping @Sendable (LabelCounts) -> Double?
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .labels, higherIsBetter: true, cutoff: .none
    ) { predictions, _ in
      predictions.labelCounts.flatMap(measure)
    }
  }

  static func labelSets(
    _ name: String, _ summary: String, measure: @escaping @Sendable (LabelSetPredictions) -> Double?
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .labelSets, higherIsBetter: true, cutoff: .none
    ) { predictions, _ in
      guard case .labelSets(let sets) = predictions else { return nil }
      return measure(sets)
    }
  }

  /// A measure of the positive class of two.
  static func positiveClass(
    _ name: String, _ summary: String, measure: @escaping @Sendable (LabelCounts) -> Double
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .twoClasses, higherIsBetter: true, cutoff: .none
    ) { predictions, _ in
      guard case .classes(let classes) = predictions, classes.counts.total > 0 else { return nil }
      return measure(classes.counts)
    }
  }

  static func scores(
    _ name: String, _ summary: String, higherIsBetter: Bool = true,
    measure: @escaping @Sendable ([Double], [Double]) -> Double?
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .scores, higherIsBetter: higherIsBetter, cutoff: .none
    ) { predictions, _ in
      guard case .scores(let scores) = predictions else { return nil }
      return measure(scores.predicted, scores.expected)
    }
  }

  static func answers(
    _ name: String, _ summary: String, measure: @escaping @Sendable (AnswerPredictions) -> Double?
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .answers, higherIsBetter: true, cutoff: .none
    ) { predictions, _ in
      guard case .answers(let answers) = predictions else { return nil }
      return measure(answers)
    }
  }

  static func maskedTokens(
    _ name: String, _ summary: String, higherIsBetter: Bool = true,
    measure: @escaping @Sendable (MaskedTokenPredictions) -> Double?
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .maskedTokens, higherIsBetter: higherIsBetter,
      cutoff: .none
    ) { predictions, _ in
      guard case .maskedTokens(let tokens) = predictions else { return nil }
      return measure(tokens)
    }
  }

  static func entities(
    _ name: String, _ summary: String, measure: @escaping @Sendable (EntityCounts) -> Double
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .entities, higherIsBetter: true, cutoff: .none
    ) { predictions, _ in
      guard case .tags(let tags) = predictions, tags.count > 0 else { return nil }
      return tags.entities.map(measure)
    }
  }

  /// The mean of a measure over queries, for all candidates or those above a cut-off.
  static func rankings(
    _ name: String, _ summary: String, measure: @escaping @Sendable (RankedQuery, Int?) -> Double
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .rankings, higherIsBetter: true, cutoff: .optional
    ) { predictions, cutoff in
      guard case .rankings(let queries) = predictions else { return nil }
      return queries.mean { measure($0, cutoff) }
    }
  }

  /// The mean of a measure that has no meaning without a cut-off.
  static func rankingsAtCutoff(
    _ name: String, _ summary: String, measure: @escaping @Sendable (RankedQuery, Int) -> Double
  ) -> MetricFamily {
    MetricFamily(
      name: name, aliases: [], summary: summary, input: .rankings, higherIsBetter: true, cutoff: .required
    ) { predictions, cutoff in
      guard case .rankings(let queries) = predictions, let cutoff else { return nil }
      return queries.mean { measure($0, cutoff) }
    }
  }
}
