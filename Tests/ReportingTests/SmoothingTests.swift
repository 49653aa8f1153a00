import Reporting
import Testing

@Suite("Smoothing") struct SmoothingTests {
  private func points(_ count: Int, _ value: (Double) -> Double?) -> [ChartPoint] {
    (0..<count).map { ChartPoint(Double($0), value(Double($0))) }
  }

  @Test("a constant stays, and a straight line stays away from its ends")
  func exactCurves() {
    let constant = Smoothing.curve(through: points(500) { _ in 0.3 })
    #expect(constant.allSatisfy { $0.y == 0.3 })
    let line = Smoothing.curve(through: points(500) { 2 * $0 })
    for point in line.dropFirst(20).dropLast(20) { #expect(abs((point.y ?? 0) - 2 * point.x) < 0.5) }
    #expect(line.first?.x == 0 && line.last?.x == 499)
  }

  @Test("noise becomes less, and the curve stays short")
  func noise() {
    let curve = Smoothing.curve(through: points(5000) { Int($0) % 2 == 0 ? 1 : 0 })
    #expect(curve.count == 160)
    for point in curve { #expect(abs((point.y ?? 0) - 0.5) < 0.05) }
  }

  @Test("a few points are joined as they are, missing ones are left out")
  func few() {
    #expect(
      Smoothing.curve(through: points(4) { $0 == 2 ? nil : $0 }) == [
        ChartPoint(0, 0), ChartPoint(1, 1), ChartPoint(3, 3),
      ])
    #expect(Smoothing.curve(through: []) == [])
  }

  @Test("where no point is near there is no curve")
  func gap() {
    let ends = points(100) { $0 } + points(100) { $0 }.map { ChartPoint($0.x + 100_000, $0.y) }
    let curve = Smoothing.curve(through: ends)
    #expect(curve.contains { $0.y == nil })
    #expect(curve.first?.y != nil && curve.last?.y != nil)
  }
}
