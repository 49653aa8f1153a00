extension RankedQuery {
  /// Judged queries that a run may lack.
  public enum MissingQueries: Sendable {
    /// As trec_eval does.
    case leaveOut
    /// As rankings without documents, as trec_eval does with `-c`.
    case countAsEmpty
  }

  /// Reads judgements and a run from files as trec_eval has them, and ranks the documents of each judged query.
  ///
  ///     let queries = try RankedQuery.reading(judgements: "qrels.txt", run: "bm25.run")
  ///     let meanAveragePrecision = queries.mean { $0.averagePrecision() }
  ///
  /// - Parameters:
  ///   - judgements: the path of lines of query, iteration, document and level, or of a table with TABs and a
  ///     header.
  ///   - run: the path of lines of query, Q0, document, rank, score and run name.
  ///   - missing: what becomes of a judged query that the run lacks.
  /// - Returns: queries in the order of their ids' bytes. Those without judgements are left out.
  /// - Throws: `TRECFileError` for a file that can't be read, a malformed line and a document that is twice in
  ///   a query.
  public static func reading(
    judgements: String, run: String, missing: MissingQueries = .leaveOut
  ) throws(TRECFileError) -> [RankedQuery] {
    let judged = try EntryTable.judgements(in: TextBytes.file(judgements))
    try judged.checkDuplicates()
    let results = try EntryTable.run(in: TextBytes.file(run))
    try results.checkDuplicates()
    let join = RunJoin(judged, results)
    var queries: [RankedQuery] = []
    join.forEachQuery { query, _ in queries.append(query) }
    guard missing == .countAsEmpty else { return queries }
    return (queries + join.missingQueries()).sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }
}
