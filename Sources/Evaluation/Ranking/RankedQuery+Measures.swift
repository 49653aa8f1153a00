/// Measures of one query's ranking, as trec_eval 9 defines them.
///
/// `relevantFrom` is the lowest level that counts as relevant (trec_eval's `-l`), 0 or more. `cutoff` is
/// how many of the top-ranked documents are looked at, 1 or more; nil looks at all of them. For a query
/// without relevant documents, or without retrieved ones, every measure is 0.
extension RankedQuery {
  /// Average precision (trec_eval's map and map_cut): the precision at each relevant retrieved document's
  /// rank, added up and divided by the number of relevant documents, retrieved or not.
  public func averagePrecision(at cutoff: Int? = nil, relevantFrom level: Int = 1) -> Double {
    var found = 0
    var sum = 0.0
    for (index, gain) in top(cutoff).enumerated() where gain >= level {
      found += 1
      sum += Double(found) / Double(index + 1)
    }
    return found == 0 ? 0 : sum / Double(relevantCount(relevantFrom: level))
  }

  /// One over the rank of the first relevant document (recip_rank); 0 when none is retrieved.
  public func reciprocalRank(at cutoff: Int? = nil, relevantFrom level: Int = 1) -> Double {
    guard let index = top(cutoff).firstIndex(where: { $0 >= level }) else { return 0 }
    return 1 / Double(index + 1)
  }

  /// Normalised discounted cumulative gain (ndcg and ndcg_cut; after Järvelin & Kekäläinen 2002):
  /// Σ level / log₂(rank + 1) over the top of the ranking, divided by the same sum over the ideal order of
  /// all judged documents.
  public func ndcg(at cutoff: Int? = nil) -> Double {
    normalisedDiscountedGain(at: cutoff) { Double($0) }
  }

  /// Relevant documents among the first `cutoff`, divided by `cutoff` even when fewer were retrieved (P).
  public func precision(at cutoff: Int, relevantFrom level: Int = 1) -> Double {
    ratio(relevantRetrieved(at: cutoff, relevantFrom: level), max(cutoff, 0))
  }

  /// The share of the relevant documents that are among the first `cutoff` (recall).
  public func recall(at cutoff: Int, relevantFrom level: Int = 1) -> Double {
    ratio(relevantRetrieved(at: cutoff, relevantFrom: level), relevantCount(relevantFrom: level))
  }

  /// 1 when a relevant document is among the first `cutoff`, else 0 (success).
  public func success(at cutoff: Int, relevantFrom level: Int = 1) -> Double {
    top(cutoff).contains { $0 >= level } ? 1 : 0
  }

  /// How many relevant documents are among the first `cutoff`, or among all retrieved (num_rel_ret).
  public func relevantRetrieved(at cutoff: Int? = nil, relevantFrom level: Int = 1) -> Int {
    top(cutoff).reduce(0) { $1 >= level ? $0 + 1 : $0 }
  }

  func top(_ cutoff: Int?) -> ArraySlice<Int> {
    levels.prefix(max(cutoff ?? levels.count, 0))
  }

  /// Σ gain / log₂(rank + 1) over the top of the ranking, divided by the same sum over the best order; `gain` is that of a
  /// level above 0.
  @inline(__always)
  func normalisedDiscountedGain(at cutoff: Int?, gain: (_ level: Int) -> Double) -> Double {
    func discountedGain(_ levels: ArraySlice<Int>) -> Double {
      var sum = 0.0
      for (index, level) in levels.enumerated() where level > 0 {
        sum += gain(level) / RankDiscount.at(index)
      }
      return sum
    }
    let ideal = discountedGain(idealLevels.prefix(max(cutoff ?? idealLevels.count, 0)))
    return ideal == 0 ? 0 : discountedGain(top(cutoff)) / ideal
  }
}

extension Sequence<RankedQuery> {
  /// The mean of one measure over the queries, each counted alike; nil without queries.
  ///
  ///     let meanAveragePrecision = queries.mean { $0.averagePrecision() }
  public func mean(of measure: (RankedQuery) -> Double) -> Double? {
    var count = 0
    var sum = 0.0
    for query in self {
      count += 1
      sum += measure(query)
    }
    return count == 0 ? nil : sum / Double(count)
  }
}
