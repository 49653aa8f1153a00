/// A point of a curve; without a finite `y` the curve is broken there.
package struct ChartPoint: Sendable, Equatable {
  package var x: Double
  package var y: Double?

  package init(_ x: Double, _ y: Double?) {
    self.x = x
    self.y = y
  }

  /// Both coordinates, if they can be drawn.
  var drawn: (x: Double, y: Double)? {
    guard let y, x.isFinite, y.isFinite else { return nil }
    return (x, y)
  }
}
