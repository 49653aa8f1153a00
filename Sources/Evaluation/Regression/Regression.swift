/// Measures of predicted numbers against expected ones.
///
/// All are nil for empty arrays and when a value is infinite or NaN, and none is ever NaN. The two arrays
/// must have one length, as `ScorePredictions` makes sure; for arrays of two lengths they are nil.
public enum Regression {
  /// Pearson's product-moment correlation, Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)²·Σ(y−ȳ)²), in −1 … 1.
  ///
  /// 0 when either array is constant: it then says nothing about the other.
  public static func pearson(_ predicted: [Double], _ expected: [Double]) -> Double? {
    guard isMeasurable(predicted, expected) else { return nil }
    guard let x = standardised(predicted), let y = standardised(expected) else { return 0 }
    var sum = 0.0
    for (a, b) in zip(x, y) { sum += a * b }
    return min(max(sum, -1), 1)
  }

  /// Spearman's rank correlation: Pearson's of the ranks, tied values sharing the average of their ranks.
  ///
  /// 0 when either array is constant.
  public static func spearman(_ predicted: [Double], _ expected: [Double]) -> Double? {
    guard isMeasurable(predicted, expected) else { return nil }
    return pearson(averageRanks(predicted), averageRanks(expected))
  }

  /// The mean of (predicted − expected)².
  public static func meanSquaredError(_ predicted: [Double], _ expected: [Double]) -> Double? {
    mean(predicted, expected) { ($0 - $1) * ($0 - $1) }
  }

  /// The mean of |predicted − expected|.
  public static func meanAbsoluteError(_ predicted: [Double], _ expected: [Double]) -> Double? {
    mean(predicted, expected) { abs($0 - $1) }
  }

  /// The rank of each value from 1, smallest first; equal values share the mean of the ranks they take up.
  public static func averageRanks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for position in start..<end { ranks[order[position]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// The values less their mean, divided to length 1; nil when they are constant.
  ///
  /// Deviations are scaled by the largest before they are squared, so that no value is too large or small
  /// to square.
  private static func standardised(_ values: [Double]) -> [Double]? {
    guard let first = values.first, values.contains(where: { $0 != first }) else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + $1 / count }
    var deviations = values.map { $0 - mean }
    let largest = deviations.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    for index in deviations.indices { deviations[index] /= largest }
    let length = deviations.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return deviations.map { $0 / length }
  }

  private static func mean(
    _ predicted: [Double], _ expected: [Double], of error: (Double, Double) -> Double
  ) -> Double? {
    guard isMeasurable(predicted, expected) else { return nil }
    return zip(predicted, expected).reduce(0) { $0 + error($1.0, $1.1) } / Double(predicted.count)
  }

  private static func isMeasurable(_ predicted: [Double], _ expected: [Double]) -> Bool {
    !predicted.isEmpty && predicted.count == expected.count
      && predicted.allSatisfy(\.isFinite) && expected.allSatisfy(\.isFinite)
  }
}
