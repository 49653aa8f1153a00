import Foundation

/// Measures that follow a user down the ranking. Without a relevant document in it they are 0.
extension RankedQuery {
  /// (1 − p) Σ p^(rank − 1) over the relevant documents (Moffat & Zobel 2008, "Rank-biased precision for
  /// measurement of retrieval effectiveness", equation 3): the user goes on to the next document with
  /// probability `persistence` p.
  public func rankBiasedPrecision(
    persistence: Double = 0.8, at cutoff: Int? = nil, relevantFrom level: Int = 1
  ) -> Double {
    var weight = 1.0
    var sum = 0.0
    for gain in top(cutoff) {
      if gain >= level { sum += weight }
      weight *= persistence
    }
    return (1 - persistence) * sum
  }

  /// Σ (1/rank) · Sᵣ · Π (1 − Sᵢ) over the ranks i above, with S = (2^level − 1) / 2^highestLevel the chance
  /// that the document satisfies the user (Chapelle, Metzler, Zhang & Grinspan 2009, "Expected reciprocal rank
  /// for graded relevance", equations 4 and 5). Levels above `highestLevel` count as it.
  public func expectedReciprocalRank(at cutoff: Int? = nil, highestLevel: Int = 4) -> Double {
    let most = exp2(Double(highestLevel))
    var goesOn = 1.0
    var sum = 0.0
    for (index, gain) in top(cutoff).enumerated() where gain > 0 {
      let satisfied = (exp2(Double(min(gain, highestLevel))) - 1) / most
      sum += goesOn * satisfied / Double(index + 1)
      goesOn *= 1 - satisfied
    }
    return sum
  }
}
