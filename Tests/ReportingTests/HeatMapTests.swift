import Reporting
import Testing

@Suite("Heat maps") struct HeatMapTests {
  private let map = HeatMap(
    rows: [.init(["a", "b"], note: "0.10"), .init(["a", "<c>"], note: "-0.25")],
    columns: .spans(edges: [0, 10, 20, 40], title: "step"),
    values: [[0.5, 0, -0.5], [nil, .nan, 0.2]], scale: .diverging(limit: 0.5), noteTitle: "mean")

  private func cells(_ map: HeatMap, _ shade: String) throws -> [(x: Double, y: Double)] {
    try ParsedMarkup(map.svg(width: 400).source).elements("path")
      .filter { $0.attributes["class"] == shade }
      .flatMap { ParsedMarkup.places(onPath: $0.attributes["d"] ?? "") }
  }

  @Test("values have their shades and places, and what is no value has none")
  func shades() throws {
    let (blue, grey, orange) = (try cells(map, "p10"), try cells(map, "p0"), try cells(map, "n10"))
    // A cell is a start and three strokes.
    #expect([blue.count, grey.count, orange.count, try cells(map, "p4").count] == [4, 4, 4, 4])
    #expect(blue[0].x < grey[0].x && grey[0].x < orange[0].x)
    #expect(abs((orange[1].x - orange[0].x) - 2 * (blue[1].x - blue[0].x)) < 0.3)
    #expect(try cells(map, "p4")[0].y > blue[0].y)
    let all = try ParsedMarkup(map.svg(width: 400).source).elements("path")
      .compactMap { $0.attributes["class"] }.filter { $0 != "tick" }
    #expect(all == ["n10", "p0", "p4", "p10"])
  }

  @Test("everything lies within the picture, at every width and with many rows")
  func inside() throws {
    var large = map
    large.rows = (0..<190).map {
      .init(["a rather long name of task \($0)", "another one \($0)"], note: "0.01")
    }
    large.values = (0..<190).map { row in (0..<3).map { Double(row * $0) / 500 - 0.4 } }
    var matrix = map
    matrix.columns = .labels(["positive", "a very long name of a label", "neutral"])
    matrix.texts = [["0.50", "0", "-0.50"], ["", "", "0.20"]]
    for map in [map, large, matrix] {
      for width in [360.0, 1120] {
        let source = map.svg(width: width).source
        #expect(!source.lowercased().contains("nan"))
        #expect(try ParsedMarkup(source).misplaced() == [])
      }
    }
  }

  @Test("rows, notes and labels are there, cut where there is no room, whole in their titles")
  func labels() throws {
    let picture = try ParsedMarkup(map.svg(width: 400).source)
    for text in ["a · b", "a · <c>", "0.10", "-0.25", "mean", "step", "40"] {
      #expect(picture.texts("text").contains(text), "\(text)")
    }
    var long = map
    let name = String(repeating: "name", count: 20)
    long.rows[0] = .init([name, "second"])
    let cut = try ParsedMarkup(long.svg(width: 360).source)
    #expect(cut.texts("title").contains("\(name) · second"))
    #expect(
      cut.texts("text").contains { $0.hasPrefix("namename") && $0.contains("…") && $0.contains("second") })
  }

  @Test("the legend names the ends of the scale, and gaps only where there are some")
  func legend() throws {
    let legend = try ParsedMarkup(map.legend.source)
    #expect(legend.texts("text") == ["-0.50", "0", "0.50"])
    #expect(legend.elements("rect").count == 22)
    #expect(legend.texts("span") == ["no value"])
    #expect(legend.misplaced() == [])
    var full = map
    full.values = [[0, 0, 0], [0, 0, 0]]
    #expect(try ParsedMarkup(full.legend.source).texts("span") == [])
    full.scale = .sequential(limit: 1)
    #expect(try ParsedMarkup(full.legend.source).elements("rect").count == 11)
  }

  @Test("a diverging scale reaches the farthest value, rounded up")
  func scales() {
    #expect(ColorScale.diverging(covering: [0.1, -0.31, .nan]) == .diverging(limit: 0.5))
    #expect(ColorScale.diverging(covering: []) == .diverging(limit: 1))
    #expect(ColorScale.diverging(covering: [0]) == .diverging(limit: 1))
  }

  @Test("texts are written in cells that have a value, and room for them")
  func texts() throws {
    var matrix = map
    matrix.columns = .labels(["x", "y", "z"])
    matrix.texts = [["0.50", "0", "-0.50"], ["none"]]
    let texts = try ParsedMarkup(matrix.svg(width: 400).source).texts("text")
    #expect(texts.filter { ["0.50", "0", "-0.50"].contains($0) }.count == 3)
    #expect(!texts.contains("none"))
    #expect(["x", "y", "z"].allSatisfy(texts.contains))
    let narrow = try ParsedMarkup(matrix.svg(width: 130).source).texts("text")
    #expect(!narrow.contains("-0.50"))
  }

  @Test("in a terminal each row is a line, with a sign for each stretch of columns")
  func text() {
    #expect(
      map.text(columns: 30) == """
                                  mean
        a · b   ▲▲▲▲····▼▼▼▼▼▼▼▼  0.10
        a · <c>         △△△△△△△△ -0.25
                0        40 step
        ▼ below -0.30  ▽ below -0.10
        · about 0  △ above 0.10
        ▲ above 0.30

        """)
  }
}
