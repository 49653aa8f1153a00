import Reporting
import Testing

@Suite("Line charts") struct LineChartTests {
  private func chart(_ lines: [[Double?]], dots: [[Double?]] = []) -> LineChart {
    LineChart(
      xTitle: "step", yTitle: "loss",
      series: lines.enumerated().map { index, values in
        let points = { (values: [Double?]) in
          values.enumerated().map { ChartPoint(Double($0) * 10, $1) }
        }
        return .init(
          "line \(index)", style: SeriesStyle(index), line: points(values),
          dots: index < dots.count ? points(dots[index]) : [])
      })
  }

  private func paths(_ chart: LineChart, _ kind: String) throws -> [String] {
    try ParsedMarkup(chart.svg(width: 400, height: 300).source).elements("path")
      .filter { $0.attributes["class"]?.hasSuffix(" \(kind)") ?? false }.compactMap { $0.attributes["d"] }
  }

  @Test("the check of coordinates finds those that are outside, and numbers that are none")
  func checking() throws {
    for path in ["M1 1L11 5", "M1 1v-2", "M1 nan", "M1 1H", "M5 5h4.9V10.2"] {
      let picture = "<svg viewBox=\"0 0 10 10\"><path d=\"\(path)\"/></svg>"
      #expect(try !ParsedMarkup(picture).misplaced().isEmpty, "\(path)")
    }
    #expect(
      try ParsedMarkup("<svg viewBox=\"0 0 9 9\"><path d=\"M1 1L8 5h-3v3z\"/></svg>").misplaced() == [])
    #expect(throws: (any Error).self) { try ParsedMarkup("<p>a & b</p>") }
  }

  @Test("every coordinate lies within the picture, whatever the values")
  func inside() throws {
    let values: [[Double?]] = [
      [1, 2, 3], [-1e-9, 1e-9], [1e30, -1e30], [0, 0, 0], [nil, nil], [.nan, .infinity, 1], [], [5],
      [0.001, 1000], Array(repeating: 12345.678, count: 3),
    ]
    for lines in values.map({ [$0] }) + [values] {
      for width in [200.0, 360, 1120] {
        var chart = chart(lines, dots: [[1, nil, .nan, 1e6, -4]])
        chart.marks = [
          .init(0, "the first of all the steps"), .init(20, "the last of all"), .init(900, "no"),
        ]
        let source = chart.svg(width: width, height: 260).source
        #expect(!source.lowercased().contains("nan") && !source.contains("inf"))
        #expect(try ParsedMarkup(source).misplaced() == [])
      }
    }
  }

  @Test("higher values are higher up, later ones further right")
  func direction() throws {
    let places = ParsedMarkup.places(onPath: try paths(chart([[1, 3, 2]]), "line")[0])
    #expect(places.count == 3)
    #expect(places[0].x < places[1].x && places[1].x < places[2].x)
    #expect(places[1].y < places[2].y && places[2].y < places[0].y)
  }

  @Test("a missing value breaks the line, and a lonely point is a dot")
  func gaps() throws {
    let broken = chart([[1, 2, nil, 3, 4, nil, 2]])
    let path = try paths(broken, "line")[0]
    #expect(path.count { $0 == "M" } == 3)
    #expect(try paths(broken, "marker")[0].count { $0 == "M" } == 1)
    #expect(try paths(chart([[1, 2]]), "marker") == [])
  }

  @Test("a few dots far away don't flatten the rest, and are counted")
  func outliers() throws {
    var dots = (0..<200).map { Double?(1 + 0.001 * Double($0)) }
    dots[0] = 9000
    dots[50] = -9000
    let chart = chart([[1, 1.2]], dots: [dots])
    #expect(chart.hiddenDots == 2)
    #expect(try paths(chart, "dots")[0].count { $0 == "M" } > 100)
    #expect(self.chart([[1, 1.2]], dots: [[1, 1.1]]).hiddenDots == 0)
  }

  @Test("long lines are thinned to what can be seen, and keep their peaks")
  func thinning() throws {
    let values = (0..<100_000).map { Double?(Double($0) == 60_000 ? 50 : Double($0 % 2)) }
    let path = try paths(chart([values]), "line")[0]
    #expect(path.utf8.count < 30_000)
    let places = ParsedMarkup.places(onPath: path)
    // The peak alone is in the upper half.
    #expect(places.filter { $0.y < 140 }.count == 1)
  }

  @Test("axis labels lie beside one another, not over one another")
  func labels() throws {
    for top in [7.0, 99, 2374, 123_456, 98_765_432] {
      for width in [240.0, 360, 540] {
        let chart = LineChart(
          xTitle: "step", yTitle: "loss",
          series: [.init("a", style: SeriesStyle(0), line: [ChartPoint(0, 0.1), ChartPoint(top, 1000)])],
          hasWholeX: true)
        let texts = try ParsedMarkup(chart.svg(width: width, height: 260).source).elements("text")
        func number(_ element: ParsedMarkup.Element, _ name: String) -> Double {
          Double(element.attributes[name] ?? "") ?? .nan
        }
        let across = texts.filter { number($0, "y") == 238 }
        #expect(across.count >= 2)
        for (left, right) in zip(across, across.dropFirst()) {
          // Digits in fonts for the screen are at most 0.65 of their size wide.
          let room = number(right, "x") - number(left, "x")
          #expect(room > 12 * 0.65 * Double(left.text.count + right.text.count) / 2)
        }
        if let last = across.last {
          #expect(number(last, "x") + 12 * 0.65 * Double(last.text.count) / 2 <= width + 0.5)
        }
        let upward = texts.filter { $0.attributes["text-anchor"] == "end" }.map { number($0, "y") }
        #expect(upward.count >= 3)
        for (lower, upper) in zip(upward, upward.dropFirst()) { #expect(lower - upper >= 13) }
        for label in texts where label.attributes["text-anchor"] == "end" {
          #expect(number(label, "x") >= 12 * 0.5 * Double(label.text.count))
        }
      }
    }
  }

  @Test("21 series have 21 styles, and each is in picture and legend by its name")
  func styles() throws {
    #expect(Set((0..<21).map { SeriesStyle($0).classes }).count == 21)
    let chart = chart((0..<21).map { [Double($0), 1] })
    let picture = try ParsedMarkup(chart.svg(width: 400, height: 300).source)
    let legend = try ParsedMarkup(chart.legend.source)
    for index in 0..<21 {
      #expect(picture.texts("title").contains("line \(index)"))
      #expect(legend.texts("span").contains("line \(index)"))
      let styled = picture.elements("path") + legend.elements("path")
      let count = styled.count {
        $0.attributes["class"]?.hasPrefix("\(SeriesStyle(index).classes) ") ?? false
      }
      let swatches = styled.count { $0.attributes["class"] == "line \(SeriesStyle(index).classes)" }
      #expect((count, swatches) == (1, 1))
    }
  }

  @Test("names are text, not markup")
  func escaping() throws {
    var chart = chart([[1, 2]])
    chart.series[0].name = "<b>&\"x\"</b>\u{1}"
    chart.yTitle = "a<b"
    chart.marks = [.init(5, "<i>")]
    let picture = try ParsedMarkup(chart.svg(width: 400, height: 300).source)
    #expect(picture.texts("title").contains("<b>&\"x\"</b>\u{FFFD}"))
    #expect(picture.texts("text").contains("a<b") && picture.texts("text").contains("<i>"))
    #expect(picture.elements("b").isEmpty && picture.elements("i").isEmpty)
  }
}
