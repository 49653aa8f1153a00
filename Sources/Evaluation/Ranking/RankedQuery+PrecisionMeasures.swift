import Foundation

/// Measures made of precision at places that depend on how many relevant documents R there are, as trec_eval
/// 9 defines them. `relevantFrom` is the lowest level that counts as relevant. For a query without relevant documents, or
/// without retrieved ones, they are 0, but for `smoothedAveragePrecision`.
extension RankedQuery {
  /// Precision at rank R, which is recall there too (Rprec).
  public func rPrecision(relevantFrom level: Int = 1) -> Double {
    let relevant = relevantCount(relevantFrom: level)
    return ratio(relevantRetrieved(at: relevant, relevantFrom: level), relevant)
  }

  /// Precision at rank ⌊multiple · R + 0.9⌋ (Rprec_mult).
  public func rPrecision(multiple: Double, relevantFrom level: Int = 1) -> Double {
    let cutoff = place(multiple, relevantCount(relevantFrom: level))
    return cutoff < 1 ? 0 : ratio(relevantRetrieved(at: cutoff, relevantFrom: level), cutoff)
  }

  /// Precision at `cutoff` as a share of the highest possible there: r / min(cutoff, R) (relative_P).
  public func relativePrecision(at cutoff: Int, relevantFrom level: Int = 1) -> Double {
    let relevant = relevantCount(relevantFrom: level)
    return ratio(relevantRetrieved(at: cutoff, relevantFrom: level), min(max(cutoff, 0), relevant))
  }

  /// For each recall, the highest precision at any rank where ⌊recall · R + 0.9⌋ relevant documents or more
  /// have been found (iprec_at_recall); 0 where there is no such rank.
  public func interpolatedPrecision(atRecall recalls: [Double], relevantFrom level: Int = 1) -> [Double] {
    let relevant = relevantCount(relevantFrom: level)
    // Best precision at any rank with at least so many relevant documents found.
    var best = [Double](repeating: 0, count: relevantRetrieved(relevantFrom: level) + 1)
    var found = 0
    for (index, gain) in levels.enumerated() where gain >= level {
      found += 1
      best[found] = Double(found) / Double(index + 1)
    }
    for count in (0..<found).reversed() { best[count] = max(best[count], best[count + 1]) }
    return recalls.map { recall in
      let count = max(place(recall, relevant), 0)
      return count <= found ? best[count] : 0
    }
  }

  /// The mean of the interpolated precisions at these recalls (11pt_avg).
  public func interpolatedAverage(
    atRecall recalls: [Double] = RankedQuery.elevenRecalls, relevantFrom level: Int = 1
  ) -> Double {
    guard !recalls.isEmpty else { return 0 }
    // Added up from the highest recall down, as trec_eval does, to be the same in the last bit.
    let sum = interpolatedPrecision(atRecall: recalls, relevantFrom: level).reversed().reduce(0, +)
    return sum / Double(recalls.count)
  }

  /// 0, 0.1 … 1.
  public static let elevenRecalls = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

  /// log((1 + s) / (1 + R − s)), where s is the sum of the precisions at the relevant documents' ranks (yaap;
  /// Robertson 2012, "On smoothing average precision"). 0 without relevant documents, −log(1 + R) when none of them is
  /// retrieved.
  public func smoothedAveragePrecision(relevantFrom level: Int = 1) -> Double {
    var found = 0
    var sum = 0.0
    for (index, gain) in levels.enumerated() where gain >= level {
      found += 1
      sum += Double(found) / Double(index + 1)
    }
    return log((1 + sum) / (1 + Double(relevantCount(relevantFrom: level)) - sum))
  }

  /// trec_eval's way from a share of the relevant documents to a number of documents.
  private func place(_ share: Double, _ relevant: Int) -> Int {
    let place = share * Double(relevant) + 0.9
    return abs(place) < 1e15 ? Int(place) : place > 0 ? Int(1e15) : -1
  }
}
