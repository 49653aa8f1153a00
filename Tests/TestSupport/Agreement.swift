/// Where values lie furthest from what a double-precision reference says, in units of the tolerance.
package struct Disagreement: CustomStringConvertible {
  package let index: Int
  package let found: Float
  package let expected: Double
  /// Distance over tolerance: above 1 is wrong.
  package let excess: Double

  package var description: String {
    "element \(index) is \(found), should be \(expected): \(excess) times the tolerance"
  }
}

/// The worst disagreement, or nil when every value is within floor + relative · |expected|. A value that is not a number
/// never agrees.
package func disagreement(
  _ found: [Float], _ expected: [Double], relative: Double, floor: Double
) -> Disagreement? {
  guard found.count == expected.count else {
    return Disagreement(index: found.count, found: .nan, expected: Double(expected.count), excess: .infinity)
  }
  var worst: Disagreement?
  for (index, (got, wanted)) in zip(found, expected).enumerated() {
    let distance = abs(Double(got) - wanted) / (floor + relative * abs(wanted))
    let excess = distance.isNaN ? .infinity : distance
    if excess > 1 && excess > worst?.excess ?? 0 {
      worst = Disagreement(index: index, found: got, expected: wanted, excess: excess)
    }
  }
  return worst
}

/// The derivative of `function` by every element of `point`, by central differences.
package func centralDifferences(
  at point: [Double], step: Double = 1e-5, of function: ([Double]) throws -> Double
) rethrows -> [Double] {
  var place = point
  return try point.indices.map { index in
    let value = point[index]
    let width = step * max(1, abs(value))
    place[index] = value + width
    let above = try function(place)
    place[index] = value - width
    let below = try function(place)
    place[index] = value
    return (above - below) / (2 * width)
  }
}

extension Collection where Element == Float {
  @inlinable package var doubles: [Double] { map { Double($0) } }
  /// For comparisons that tell −0 from 0 and one NaN from another.
  @inlinable package var bits: [UInt32] { map { $0.bitPattern } }
}
