import Foundation

/// The figures of one run: each query's, and what is made of them.
package struct RunFigures: Sendable {
  /// How rankings are taken, and which queries count.
  package struct Options: Sendable {
    /// Documents of each query that are looked at (trec_eval's `-M`).
    package var limit: Int
    /// Whether documents without a judgement are left out (`-J`).
    package var judgedOnly: Bool
    /// Whether judged queries that the run lacks count, with 0 (`-c`).
    package var isComplete: Bool

    package init(limit: Int = .max, judgedOnly: Bool = false, isComplete: Bool = false) {
      self.limit = limit
      self.judgedOnly = judgedOnly
      self.isComplete = isComplete
    }
  }

  /// As the file has it; it need not be UTF-8.
  package let runNameBytes: [UInt8]
  /// The queries that both the run and the judgements have.
  package let queryCount: Int
  /// Judged queries that the run lacks.
  package let missingQueryIDs: [String]
  package let unjudgedQueryCount: Int
  /// In the order of the ids' bytes; with all judged queries, those that are missing at the end. Empty unless
  /// they were to be kept.
  package private(set) var queryIDs: [String] = []
  /// `[queries × figures]`, row-major; as empty as `queryIDs`.
  package private(set) var values: [Double] = []
  /// `[figures]`: the mean of each figure, or what else is made of it.
  package private(set) var summary: [Double]

  /// - Parameters:
  ///   - keepsQueries: keep each query's figures, in `queryIDs` and `values`.
  ///   - eachQuery: is handed each query, its id as the file has it, and its figures.
  package init<Failure>(
    of run: EntryTable, _ judgements: EntryTable, _ selection: MeasureSelection, _ options: Options,
    keepsQueries: Bool = false,
    eachQuery: (RankedQuery, _ id: [UInt8], ArraySlice<Double>) throws(Failure) -> Void
  ) throws(Failure) {
    let join = RunJoin(judgements, run)
    runNameBytes = run.runName
    queryCount = join.queryCount
    missingQueryIDs = join.missingQueryIDs
    unjudgedQueryCount = join.unjudgedQueryCount
    let figureCount = selection.figureCount
    var sums = [Double](repeating: 0, count: figureCount)
    var ids: [String] = []
    var values: [Double] = []
    var row: [Double] = []
    try join.forEachQuery(limit: options.limit, judgedOnly: options.judgedOnly) { query, id throws(Failure) in
      row.removeAll(keepingCapacity: true)
      for measure in selection.measures { row += measure.values(query) }
      for index in 0..<figureCount { sums[index] += row[index] }
      try eachQuery(query, id, row[...])
      if keepsQueries {
        ids.append(query.id)
        values += row
      }
    }
    if keepsQueries, options.isComplete {
      ids += missingQueryIDs
      values += repeatElement(0, count: missingQueryIDs.count * figureCount)
    }
    summary = sums
    queryIDs = ids
    self.values = values
    summarise(selection, judgements, isComplete: options.isComplete)
  }

  package var runName: String { String(decoding: runNameBytes, as: UTF8.self) }

  /// A figure of each kept query.
  package func column(_ figure: Int) -> [Double] {
    guard !queryIDs.isEmpty else { return [] }
    return stride(from: figure, to: values.count, by: values.count / queryIDs.count).map { values[$0] }
  }

  /// Turns the sums into what each measure makes of them.
  private mutating func summarise(
    _ selection: MeasureSelection, _ judgements: EntryTable, isComplete: Bool
  ) {
    let count = isComplete ? judgements.queryCount : queryCount
    var figure = 0
    for measure in selection.measures {
      for _ in measure.names {
        switch measure.summary {
        case .mean:
          if count > 0 { summary[figure] /= Double(count) }
        case .geometricMean:
          let sum = summary[figure] + Double(count - queryCount) * log(ReportedMeasure.smallest)
          summary[figure] = exp(sum / Double(count))
        case .queryCount:
          summary[figure] = Double(count)
        case .relevantCount:
          if isComplete { summary[figure] = Double(judgements.relevantCount) }
        case .sum, .runName, .none:
          break
        }
        figure += 1
      }
    }
  }
}
