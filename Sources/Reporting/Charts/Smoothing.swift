import Foundation

/// A curve through scattered points: the mean of the points around each place, weighted by a Gaussian of their distance
/// (Nadaraya 1964; Watson 1964). It takes points at any distances, as tasks that are not in every step have.
package enum Smoothing {
  /// The Gaussian's standard deviation as a share of the range of x.
  private static let share = 0.02
  /// The most places at which the curve is known.
  private static let places = 160
  /// With fewer points than these the curve goes through them.
  static let leastPoints = 12

  /// The curve from the first point to the last, which are in the order of x.
  package static func curve(through points: [ChartPoint]) -> [ChartPoint] {
    let known = points.compactMap(\.drawn)
    guard known.count >= leastPoints, let first = known.first, let last = known.last, first.x < last.x else {
      return known.map { ChartPoint($0.x, $0.y) }
    }
    let range = last.x - first.x
    let deviation = max(share * range, 1.5 * range / Double(known.count - 1))
    let count = min(places, known.count)
    var start = 0
    return (0..<count).map { index in
      let center = first.x + range * Double(index) / Double(count - 1)
      while start < known.count - 1, known[start].x < center - 4 * deviation { start += 1 }
      // Relative to one of the values, so that the mean of equal values is that value to the last bit.
      let base = known[start].y
      var sum = 0.0
      var weights = 0.0
      for point in known[start...] {
        if point.x > center + 4 * deviation { break }
        let distance = (point.x - center) / deviation
        let weight = exp(-0.5 * distance * distance)
        sum += weight * (point.y - base)
        weights += weight
      }
      // A gap in which no point is near keeps no curve.
      return ChartPoint(center, weights > 1e-6 ? base + sum / weights : nil)
    }
  }
}
