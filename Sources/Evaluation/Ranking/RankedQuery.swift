/// One query's candidates in the order a system ranked them, each with its relevance level.
///
/// This is where a run and the judgements (qrels) of one query meet; the measures of ranking read nothing
/// else. Order and ties are those of trec_eval 9: by score as a 32-bit float, highest first, then by
/// document id, highest first.
public struct RankedQuery: Sendable, Equatable {
  /// The level of a document that nobody judged. It counts as not relevant.
  ///
  /// A negative level stands for a document that was in the pool to be judged and was left out of it.
  public static let unjudged = Int.min

  public let id: String
  /// `[retrieved]`: the relevance level of each retrieved document, best ranked first; `unjudged` where it
  /// has none.
  public let levels: [Int]
  /// `[judged documents with a level above 0]`: their levels, highest first, retrieved or not: the best
  /// order there could be.
  public let idealLevels: [Int]
  /// How many documents were judged not relevant, level 0, retrieved or not.
  public let nonrelevantCount: Int

  /// Ranks one query's candidates.
  ///
  /// - Parameters:
  ///   - scores: `[candidates]`: the system's scores, higher is better. NaN ranks below everything else.
  ///   - gains: `[candidates]`: each candidate's relevance level, 0 or less for not relevant, or `unjudged`.
  ///   - documentIDs: `[candidates]`: names that break ties, compared byte by byte. Without them a
  ///     candidate's position stands for its name, so of two equal scores the later candidate is ranked
  ///     first.
  ///   - missedGains: levels of judged documents that the system did not retrieve.
  /// - Throws: `PredictionError` when the lengths differ.
  public init(
    id: String = "", scores: [Float], gains: [Int], documentIDs: [String]? = nil, missedGains: [Int] = []
  ) throws(PredictionError) {
    guard scores.count == gains.count else {
      throw .differentCounts("scores", scores.count, "gains", gains.count)
    }
    if let documentIDs, documentIDs.count != scores.count {
      throw .differentCounts("scores", scores.count, "document ids", documentIDs.count)
    }
    let order = Self.order(scores: scores, documentIDs: documentIDs)
    self.init(id: id, rankedLevels: order.map { gains[$0] }, missedGains: missedGains)
  }

  /// A query whose documents are already in rank order.
  public init(id: String = "", rankedLevels: [Int], missedGains: [Int] = []) {
    let judged = rankedLevels + missedGains
    self.init(
      id: id, levels: rankedLevels, idealLevels: judged.filter { $0 > 0 }.sorted(by: >),
      nonrelevantCount: judged.count { $0 == 0 })
  }

  init(id: String, levels: [Int], idealLevels: [Int], nonrelevantCount: Int) {
    self.id = id
    self.levels = levels
    self.idealLevels = idealLevels
    self.nonrelevantCount = nonrelevantCount
  }

  /// The order in which trec_eval reads candidates: positions in `scores`, best first.
  ///
  /// `documentIDs`, when given, has as many elements as `scores`.
  public static func order(scores: [Float], documentIDs: [String]? = nil) -> [Int] {
    scores.indices.sorted { left, right in
      let a = scores[left]
      let b = scores[right]
      if a != b {
        if a.isNaN != b.isNaN { return b.isNaN }
        if !a.isNaN { return a > b }
      }
      guard let documentIDs else { return left > right }
      let leftID = documentIDs[left].utf8
      let rightID = documentIDs[right].utf8
      if rightID.lexicographicallyPrecedes(leftID) { return true }
      return !leftID.lexicographicallyPrecedes(rightID) && left > right
    }
  }

  /// Whether any judged document has at least `level`. WikiQA, among others, evaluates such queries alone.
  public func isAnswerable(relevantFrom level: Int = 1) -> Bool {
    relevantCount(relevantFrom: level) > 0
  }

  /// How many judged documents have at least `level` (trec_eval's num_rel).
  ///
  /// `level` is 0 or more.
  public func relevantCount(relevantFrom level: Int = 1) -> Int {
    guard level > 0 else { return idealLevels.count + nonrelevantCount }
    // Binary search: the ideal levels fall.
    var low = 0
    var high = idealLevels.count
    while low < high {
      let middle = (low + high) / 2
      if idealLevels[middle] >= level { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
