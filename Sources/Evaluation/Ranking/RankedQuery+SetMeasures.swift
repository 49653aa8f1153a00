/// Measures of what was retrieved, whatever its order, as trec_eval 9 defines them.
///
/// Written with r relevant documents retrieved, n retrieved and R relevant ones; `relevantFrom` is the lowest
/// level that counts as relevant. A measure with nothing below its line is 0.
extension RankedQuery {
  /// r / n (set_P).
  public func setPrecision(relevantFrom level: Int = 1) -> Double {
    ratio(relevantRetrieved(relevantFrom: level), levels.count)
  }

  /// r / R (set_recall).
  public func setRecall(relevantFrom level: Int = 1) -> Double {
    ratio(relevantRetrieved(relevantFrom: level), relevantCount(relevantFrom: level))
  }

  /// r / min(n, R): precision as a share of the best that so many documents could have (set_relative_P).
  public func setRelativePrecision(relevantFrom level: Int = 1) -> Double {
    ratio(relevantRetrieved(relevantFrom: level), min(levels.count, relevantCount(relevantFrom: level)))
  }

  /// r² / (n · R), precision times recall (set_map).
  public func setAveragePrecision(relevantFrom level: Int = 1) -> Double {
    let found = Double(relevantRetrieved(relevantFrom: level))
    let all = Double(levels.count) * Double(relevantCount(relevantFrom: level))
    return all == 0 ? 0 : found * found / all
  }

  /// The weighted harmonic mean of precision P and recall R, (x + 1)·P·R / (R + x·P), where `weight` x is how
  /// much recall matters beside precision (set_F; after van Rijsbergen 1979).
  public func setF(weight: Double = 1, relevantFrom level: Int = 1) -> Double {
    guard relevantRetrieved(relevantFrom: level) > 0 else { return 0 }
    let precision = setPrecision(relevantFrom: level)
    let recall = setRecall(relevantFrom: level)
    return (weight + 1) * precision * recall / (weight * precision + recall)
  }

  /// a·r + b·(n − r) + c·(R − r) + d·(N + r − n − R): what each kind of document is worth, added up
  /// (utility).
  ///
  /// - Parameters:
  ///   - worth: a, b, c and d: of a document that is relevant and retrieved, not relevant and retrieved,
  ///     relevant and missed, neither.
  ///   - collectionSize: N, the documents there are; needed where d is not 0.
  public func utility(
    worth: (Double, Double, Double, Double) = (1, -1, 0, 0), collectionSize: Int = 0,
    relevantFrom level: Int = 1
  ) -> Double {
    let found = relevantRetrieved(relevantFrom: level)
    let relevant = relevantCount(relevantFrom: level)
    return worth.0 * Double(found) + worth.1 * Double(levels.count - found)
      + worth.2 * Double(relevant - found)
      + worth.3 * Double(collectionSize + found - levels.count - relevant)
  }

  /// How many retrieved documents were judged, and not relevant (num_nonrel_judged_ret).
  public func nonrelevantRetrieved(relevantFrom level: Int = 1) -> Int {
    levels.count { $0 >= 0 && $0 < level }
  }
}
