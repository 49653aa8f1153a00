/// Measures for judgements that do not cover all that was retrieved. `relevantFrom` is the lowest level that
/// counts as relevant. Without relevant documents, or without retrieved ones, they are 0.
extension RankedQuery {
  /// (1/R) Σ 1 − min(n, R) / min(N, R) over the relevant documents retrieved, where R documents are relevant, N
  /// are judged not relevant and n of those are ranked above (bpref; Buckley & Voorhees 2004, "Retrieval
  /// evaluation with incomplete information", in trec_eval's form).
  public func binaryPreference(relevantFrom level: Int = 1) -> Double {
    let relevant = relevantCount(relevantFrom: level)
    let nonrelevant = idealLevels.count + nonrelevantCount - relevant
    var above = 0
    var sum = 0.0
    for gain in levels where gain >= 0 {
      if gain < level {
        above += 1
      } else {
        sum += above == 0 ? 1 : 1 - Double(min(above, relevant)) / Double(min(nonrelevant, relevant))
      }
    }
    return relevant == 0 ? sum : sum / Double(relevant)
  }

  /// Average precision estimated from a sample of the pool (infAP; Yilmaz & Aslam 2006, "Estimating average
  /// precision with incomplete and imperfect judgments"): a document of a negative level was in the pool and
  /// not judged.
  ///
  /// At rank k the expected precision is 1/k + ((k − 1)/k) · (pooled above / (k − 1)) · (r + ε)/(r + n + 2ε),
  /// with r relevant and n not relevant documents judged above it and ε = 0.00001.
  public func inferredAveragePrecision(relevantFrom level: Int = 1) -> Double {
    let epsilon = 0.00001
    var found = 0
    var nonrelevant = 0
    var pooled = 0
    var sum = 0.0
    for (index, gain) in levels.enumerated() where gain != RankedQuery.unjudged {
      if gain < 0 {
        pooled += 1
      } else if gain < level {
        nonrelevant += 1
      } else if index == 0 {
        found += 1
        sum += 1
      } else {
        let above = Double(index)
        sum +=
          1 / (above + 1) + above / (above + 1) * (Double(found + nonrelevant + pooled) / above)
          * ((Double(found) + epsilon) / (Double(found + nonrelevant) + 2 * epsilon))
        found += 1
      }
    }
    let relevant = relevantCount(relevantFrom: level)
    return relevant == 0 ? sum : sum / Double(relevant)
  }

  /// The share of the first `cutoff` documents, or of those retrieved where there are fewer, that have a
  /// judgement; 0 when none was retrieved.
  public func judged(at cutoff: Int? = nil) -> Double {
    let first = top(cutoff)
    return ratio(first.count { $0 != RankedQuery.unjudged }, first.count)
  }

  /// The ranking without the documents that nobody judged (trec_eval's `-J`).
  public var judgedOnly: RankedQuery {
    RankedQuery(
      id: id, levels: levels.filter { $0 >= 0 }, idealLevels: idealLevels, nonrelevantCount: nonrelevantCount)
  }
}
