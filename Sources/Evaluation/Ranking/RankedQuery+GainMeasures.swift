import Foundation

/// Measures of cumulated gain, as trec_eval 9 defines them. g is the gain of the document at a rank, i that of
/// the best order of all judged documents; a discount is log₂(rank + 1). Where no gain is above 0 they are 0, but for
/// `ndcgAtLevelEnds`.
extension RankedQuery {
  /// Σ g/discount over the ranking, divided by Σ i/discount (ndcg with gains; Järvelin & Kekäläinen 2002).
  public func ndcg(gains: LevelGains) -> Double {
    let ideal = gains.ideal(for: self).gains
    var sum = 0.0
    for (index, gain) in rankedGains(gains).enumerated() where gain != 0 {
      sum += gain / RankDiscount.at(index)
    }
    var best = 0.0
    for (index, gain) in ideal.enumerated() { best += gain / RankDiscount.at(index) }
    return best > 0 ? sum / best : 0
  }

  /// nDCG with gains of 2^level − 1 (Burges and others 2005, "Learning to rank using gradient descent").
  public func exponentialNDCG(at cutoff: Int? = nil) -> Double {
    normalisedDiscountedGain(at: cutoff) { exp2(Double($0)) - 1 }
  }

  /// The mean of nDCG at the rank of each relevant document; for one that was not retrieved, of nDCG over the
  /// whole ranking (ndcg_rel).
  public func ndcgAtRelevant(gains: LevelGains = LevelGains()) -> Double {
    let ideal = gains.ideal(for: self).gains
    var cumulated = 0.0
    var best = 0.0
    var sum = 0.0
    var found = 0
    for (index, gain) in rankedGains(gains).enumerated() {
      if gain != 0 { cumulated += gain / RankDiscount.at(index) }
      if index < ideal.count { best += ideal[index] / RankDiscount.at(index) }
      if gain > 0 {
        sum += cumulated / best
        found += 1
      }
    }
    for index in min(levels.count, ideal.count)..<ideal.count {
      best += ideal[index] / RankDiscount.at(index)
    }
    sum += Double(ideal.count - found) * cumulated / best
    return sum > 0 ? sum / Double(ideal.count) : 0
  }

  /// The mean of nDCG at the ranks where the best order goes over to another gain, and at the end (Rndcg). NaN
  /// when no gain is above 0 though documents are relevant.
  public func ndcgAtLevelEnds(gains: LevelGains = LevelGains(), relevantFrom level: Int = 1) -> Double {
    guard relevantCount(relevantFrom: level) > 0 else { return 0 }
    let (ideal, highest) = gains.ideal(for: self)
    let ranked = rankedGains(gains)
    var cumulated = 0.0
    var best = 0.0
    var sum = 0.0
    var ends = 0
    func end() {
      guard best > 0 else { return }
      sum += cumulated / best
      ends += 1
    }
    // Down both orders until either ends; the best order is left one rank after its last gain.
    var gain = highest
    var index = 0
    func advance() {
      let next = index < ideal.count ? ideal[index] : 0
      if next != gain { end() }
      gain = next
    }
    while index < ranked.count, gain > 0 {
      advance()
      if ranked[index] != 0 { cumulated += ranked[index] / RankDiscount.at(index) }
      if gain > 0 { best += gain / RankDiscount.at(index) }
      index += 1
    }
    if index < ranked.count {
      for rest in index..<ranked.count where ranked[rest] != 0 {
        cumulated += ranked[rest] / RankDiscount.at(rest)
      }
      end()
    }
    while gain > 0 {
      advance()
      if gain > 0 { best += gain / RankDiscount.at(index) }
      index += 1
    }
    return sum / Double(ends)
  }

  /// Σ g / log₂(2 + cost − gained) over the ranking, divided by Σ i (G): `gained` is the sum of g so far, `cost`
  /// that of i, each at least 1.
  public func normalisedGain(gains: LevelGains = LevelGains()) -> Double {
    let ideal = gains.ideal(for: self).gains
    var gained = 0.0
    var cost = 0.0
    var sum = 0.0
    for (index, gain) in rankedGains(gains).enumerated() {
      gained += gain
      cost += index < ideal.count ? max(ideal[index], 1) : 1
      if gain != 0 { sum += gain / log2(2 + cost - gained) }
    }
    let all = ideal.reduce(0, +)
    return all > 0 ? sum / all : 0
  }

  /// (1/R) Σ 1 / log₂(2 + n) over the relevant documents retrieved, n being those above that are not relevant
  /// (binG).
  public func binaryGain(relevantFrom level: Int = 1) -> Double {
    var found = 0
    var sum = 0.0
    for (index, gain) in levels.enumerated() where gain >= level {
      found += 1
      sum += 1 / log2(Double(3 + index - found))
    }
    return found == 0 ? 0 : sum / Double(relevantCount(relevantFrom: level))
  }

  private func rankedGains(_ gains: LevelGains) -> [Double] {
    let highest = highestLevel
    return levels.map { gains.gain(of: $0, highestLevel: highest) }
  }
}
