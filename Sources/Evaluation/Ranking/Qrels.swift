/// Relevance judgements: for each query, the level of each judged document.
public struct Qrels: Sendable {
  /// Query ids in the order in which they were first seen.
  public private(set) var queryIDs: [String] = []
  private var judgements: [String: [String: Int]] = [:]

  public init() {}

  /// - Throws: `DuplicateDocument` when the query has a judgement of this document.
  public mutating func add(query: String, document: String, level: Int) throws(DuplicateDocument) {
    if judgements[query] == nil { queryIDs.append(query) }
    if judgements[query, default: [:]].updateValue(level, forKey: document) != nil {
      throw DuplicateDocument(query: query, document: document)
    }
  }

  /// The level of a document for a query, nil when nobody judged it.
  public func level(query: String, document: String) -> Int? {
    judgements[query]?[document]
  }

  /// The run's rankings of the judged queries. Queries of the run that have no judgement are left out.
  ///
  /// They come in the order of their ids' bytes, as trec_eval takes them: a mean then adds up in its order
  /// too and is the same to the last bit.
  ///
  /// - Parameter missing: what becomes of a judged query that the run lacks. trec_eval leaves it out, and
  ///   with `-c` counts it as a ranking without documents.
  public func rankings(of run: Run, missing: MissingQueries = .leaveOut) -> [RankedQuery] {
    let ordered = queryIDs.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return ordered.compactMap { query in
      let retrieved = run.retrieved(query: query)
      if retrieved.documents.isEmpty, missing == .leaveOut { return nil }
      let judged = judgements[query] ?? [:]
      let order = RankedQuery.order(scores: retrieved.scores, documentIDs: retrieved.documents)
      let levels = order.map { judged[retrieved.documents[$0]] ?? RankedQuery.unjudged }
      let found = Set(retrieved.documents)
      // The levels are sorted afterwards, so the dictionary's order leaves no trace.
      let missed = judged.filter { !found.contains($0.key) }.map(\.value)
      return RankedQuery(id: query, rankedLevels: levels, missedGains: missed)
    }
  }

  /// Judged queries that a run may lack.
  public enum MissingQueries: Sendable {
    case leaveOut
    case countAsEmpty
  }
}

/// A system's answer: for each query, the documents it retrieved and their scores.
public struct Run: Sendable {
  /// Query ids in the order in which they were first seen.
  public private(set) var queryIDs: [String] = []
  private var lists: [String: List] = [:]

  private struct List: Sendable {
    var documents: [String] = []
    var scores: [Float] = []
    var seen: Set<String> = []
  }

  public init() {}

  /// - Throws: `DuplicateDocument` when the query has a score of this document.
  public mutating func add(query: String, document: String, score: Float) throws(DuplicateDocument) {
    if lists[query] == nil { queryIDs.append(query) }
    guard lists[query, default: List()].seen.insert(document).inserted else {
      throw DuplicateDocument(query: query, document: document)
    }
    lists[query]?.documents.append(document)
    lists[query]?.scores.append(score)
  }

  /// The documents of one query and their scores, in the order in which they were added; both empty for an
  /// unknown query.
  public func retrieved(query: String) -> (documents: [String], scores: [Float]) {
    let list = lists[query]
    return (list?.documents ?? [], list?.scores ?? [])
  }
}

/// One document twice in one query's judgements or results.
public struct DuplicateDocument: Error, Equatable, Sendable, CustomStringConvertible {
  public let query: String
  public let document: String

  public var description: String { "query '\(query)' has document '\(document)' twice" }
}
