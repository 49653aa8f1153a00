import CommandLineOptions
import Reporting
import Testing

@Suite("Charts in a terminal") struct TextChartTests {
  @Test("a rising line rises from the lower left to the upper right")
  func picture() {
    let chart = TextChart(
      title: "up", line: [ChartPoint(0, 0), ChartPoint(10, 2)], xDomain: 0...10)
    let lines = chart.render(columns: 20, rows: 2)
    #expect(lines.count == 4)
    #expect(lines[0] == "up")
    #expect(lines[1].hasPrefix("2.00 ┤⠀⠀⠀") && lines[1].hasSuffix("⠉"))
    #expect(lines[2].hasPrefix("   0 ┤⣀") && lines[2].hasSuffix("⠀⠀⠀"))
    #expect(lines[3] == "      0           10")
  }

  @Test("nothing is wider than the columns there are, whatever the values")
  func width() {
    let values: [[Double?]] = [
      [1, 2], [1e-20, 1e30], [.nan, nil], [], [3], [-12345.678, 9], [0.5, 0.5, 0.5], [nil, 1, nil],
    ]
    for values in values {
      let points = values.enumerated().map { ChartPoint(Double($0), $1) }
      for columns in [20, 33, 80] {
        let chart = TextChart(
          title: "a title that is far too long for the narrowest", line: points, xDomain: 0...1_000_000)
        for line in chart.render(columns: columns) { #expect(displayWidth(line) <= columns, "\(line)") }
      }
    }
  }

  @Test("a chart's series have a picture each, side by side where there is room")
  func series() {
    let chart = LineChart(
      xTitle: "step", yTitle: "loss",
      series: (0..<3).map { index in
        .init("task \(index)", style: SeriesStyle(index), line: [ChartPoint(0, 1), ChartPoint(100, 0.25)])
      })
    for (columns, pairs) in [(40, 0), (80, 1)] {
      let lines = chart.text(columns: columns).split(separator: "\n")
      for index in 0..<3 {
        #expect(lines.contains { $0.contains("task \(index)  1.00 → 0.250") })
      }
      #expect(lines.filter { $0.contains("task 0") && $0.contains("task 1") }.count == pairs)
      for line in lines { #expect(displayWidth(line) <= columns) }
    }
  }
}
