import Reporting
import Testing

@Suite("Axes") struct AxisTests {
  @Test(
    "ticks are 1, 2 or 5 times a power of ten, with no more decimals than they need",
    arguments: [
      (0.0...1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0.0...2374, 6, ["0", "500", "1,000", "1,500", "2,000"]),
      (-0.3...0.12, 6, ["-0.3", "-0.2", "-0.1", "0.0", "0.1"]),
      (0.801...0.829, 4, ["0.81", "0.82"]),
      (0...60000, 4, ["0", "20,000", "40,000", "60,000"]),
      (0...0.00003, 4, ["0.00000", "0.00001", "0.00002", "0.00003"]),
      (0...0.000003, 4, ["0", "1e-6", "2e-6", "3e-6"]),
      (0...3e9, 4, ["0", "1e9", "2e9", "3e9"]),
    ])
  func linear(domain: ClosedRange<Double>, limit: Int, labels: [String]) {
    #expect(Axis(domain, tickLimit: limit).ticks.map(\.label) == labels)
  }

  @Test("whole axes name whole numbers only")
  func whole() {
    #expect(Axis(0...3, tickLimit: 9, isWhole: true).ticks.map(\.label) == ["0", "1", "2", "3"])
    #expect(Axis(0...3, tickLimit: 9).ticks.map(\.label).contains("0.5"))
  }

  @Test("any range has few ticks, inside it, of different names, and holds its values")
  func everyRange() {
    for exponent in stride(from: -12, through: 12, by: 3) {
      var power = 1.0
      for _ in 0..<abs(exponent) { power *= exponent < 0 ? 0.1 : 10 }
      for values in [
        [0, power], [power, 7.3 * power], [-2.2 * power, 0.1 * power], [power], [0.98 * power, power],
      ] {
        for limit in 3...9 {
          let axis = Axis(covering: values, tickLimit: limit)
          #expect(values.allSatisfy(axis.domain.contains))
          #expect(axis.ticks.count <= limit + 2 && axis.ticks.count >= 2, "\(values) \(limit) \(axis)")
          #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(axis)")
          for tick in axis.ticks {
            let place = axis.position(tick.value, from: 0, to: 100)
            #expect((-0.001...100.001).contains(place), "\(axis)")
          }
        }
      }
    }
  }

  @Test("positive values that differ twentyfold get a logarithmic axis, others a linear one")
  func scales() {
    #expect(Axis(covering: [0.1, 1.9]).scale == .linear)
    #expect(Axis(covering: [0.1, 2]).scale == .logarithmic)
    #expect(Axis(covering: [0, 20]).scale == .linear)
    let axis = Axis(0.01...100, scale: .logarithmic, tickLimit: 6)
    #expect(axis.ticks.map(\.label) == ["0.01", "0.1", "1", "10", "100"])
    #expect(abs(axis.position(1, from: 0, to: 100) - 50) < 1e-9)
    #expect(
      Axis(0.09...2.1, scale: .logarithmic, tickLimit: 6).ticks.map(\.label) == [
        "0.1", "0.2", "0.5", "1", "2",
      ])
    #expect(Axis(1e-8...1e8, scale: .logarithmic, tickLimit: 5).ticks.count >= 3)
  }

  @Test("no values, one value and values that are none make an axis too")
  func degenerate() {
    for values in [[], [0.0], [5.0], [Double.nan, .infinity], [-3, -3]] {
      let axis = Axis(covering: values)
      #expect(axis.domain.lowerBound < axis.domain.upperBound)
      #expect(axis.ticks.count > 1)
    }
  }
}
