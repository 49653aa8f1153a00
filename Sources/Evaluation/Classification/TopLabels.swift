/// Precision and recall of the k most probable labels, counted over all examples together (micro-averaged), as the
/// program fastText prints them: with one right label an example, precision is right / given and recall is
/// right / examples.
public struct TopLabels: Sendable, Equatable {
  /// The most labels an example is given.
  public let limit: Int
  public let examples: Int
  /// Labels given, over all examples.
  public let given: Int
  /// Examples whose right label is among those they were given.
  public let right: Int

  /// P@k; 0 when no label was given, nil without examples.
  public var precision: Double? {
    examples == 0 ? nil : given == 0 ? 0 : Double(right) / Double(given)
  }

  /// R@k; nil without examples.
  public var recall: Double? {
    examples == 0 ? nil : Double(right) / Double(examples)
  }
}

extension LabelledProbabilities {
  /// Gives each example its most probable labels.
  ///
  /// - Parameters:
  ///   - limit: the most labels an example, k; of equal probabilities the first label goes first.
  ///   - threshold: labels less probable than this are not given.
  public func top(_ limit: Int, threshold: Double = 0) -> TopLabels {
    var given = 0
    var right = 0
    for (example, truth) in expected.enumerated() {
      let row = Array(self[example])
      given += min(row.count { Double($0) >= threshold }, max(limit, 0))
      guard Double(row[truth]) >= threshold else { continue }
      let ahead = row.indices.count { row[$0] > row[truth] || (row[$0] == row[truth] && $0 < truth) }
      if ahead < limit { right += 1 }
    }
    return TopLabels(limit: limit, examples: count, given: given, right: right)
  }
}
