/// A measure with all its parameters, as reports show it: one figure a query, or several of one kind.
package struct ReportedMeasure: Sendable {
  /// The names of its figures: `P_5`, `P_10`.
  package let names: [String]
  package let summary: Summary
  /// Whether the figures are counts.
  package let isCount: Bool
  /// Whether a query has a line of its own for it.
  package let isShownPerQuery: Bool
  /// The figures of one query.
  package let values: @Sendable (RankedQuery) -> [Double]
  /// What a query shows where it is no figure.
  package let text: (@Sendable (RankedQuery) -> String)?

  /// What is made of the queries' figures.
  package enum Summary: Sendable {
    case mean
    /// The queries' figures are logarithms.
    case geometricMean
    case sum
    case queryCount
    case runName
    /// The sum; with all judged queries, their documents of a level above 0, as trec_eval has it.
    case relevantCount
    case none
  }

  init(
    names: [String], summary: Summary = .mean, isCount: Bool = false, isShownPerQuery: Bool = true,
    text: (@Sendable (RankedQuery) -> String)? = nil, values: @escaping @Sendable (RankedQuery) -> [Double]
  ) {
    self.names = names
    self.summary = summary
    self.isCount = isCount
    self.isShownPerQuery = isShownPerQuery
    self.text = text
    self.values = values
  }

  /// Whether differences between two runs mean anything for it.
  package var isComparable: Bool {
    if case .mean = summary { true } else { false }
  }

  /// The lowest value of a query's figure before its logarithm is taken for a geometric mean.
  static let smallest = 0.00001
}

/// What measures need to know beside a ranking.
package struct MeasureConditions: Sendable, Equatable {
  /// The lowest level that counts as relevant, 0 or more.
  package var relevantFrom: Int
  /// Documents there are.
  package var collectionSize: Int

  package init(relevantFrom: Int = 1, collectionSize: Int = 0) {
    self.relevantFrom = relevantFrom
    self.collectionSize = collectionSize
  }
}
