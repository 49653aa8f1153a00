/// Values of rows and columns as colours.
///
///     HeatMap(
///       rows: [.init(["sst", "mrpc"])], columns: .spans(edges: [0, 100, 200], title: "step"),
///       values: [[0.1, -0.2]], scale: .diverging(limit: 0.5))
package struct HeatMap: Sendable {
  package struct Row: Sendable {
    /// The parts of the row's name. Where there is no room each is cut, so that all can be told.
    package var label: [String]
    /// What is said of the row on its right.
    package var note: String

    package init(_ label: [String], note: String = "") {
      self.label = label
      self.note = note
    }
  }

  package enum Columns: Sendable {
    /// Columns of one width with a name each.
    case labels([String])
    /// Columns from each edge to the next along an axis of numbers.
    case spans(edges: [Double], title: String)

    var count: Int {
      switch self {
      case .labels(let labels): labels.count
      case .spans(let edges, _): max(0, edges.count - 1)
      }
    }
  }

  package var rows: [Row]
  package var columns: Columns
  /// Row by row; nil where there is none.
  package var values: [[Double?]]
  package var scale: ColorScale
  /// What stands above the notes.
  package var noteTitle: String
  /// What is written in the cells, row by row, where it has room; nil for nothing.
  package var texts: [[String]]?
  /// Nil for one that suits the number of rows.
  var rowHeight: Double?

  package init(
    rows: [Row], columns: Columns, values: [[Double?]], scale: ColorScale, noteTitle: String = "",
    texts: [[String]]? = nil, rowHeight: Double? = nil
  ) {
    self.rows = rows
    self.columns = columns
    self.values = values
    self.scale = scale
    self.noteTitle = noteTitle
    self.texts = texts
    self.rowHeight = rowHeight
  }

  /// The value of a cell that has one and can be drawn.
  func value(_ row: Int, _ column: Int) -> Double? {
    guard row < values.count, column < values[row].count, let value = values[row][column], value.isFinite
    else { return nil }
    return value
  }

  private var hasGaps: Bool {
    rows.indices.contains { row in (0..<columns.count).contains { value(row, $0) == nil } }
  }

  /// The colours and what they stand for.
  package var legend: Markup {
    let shades = scale.least < 0 ? -ColorScale.shades...ColorScale.shades : 0...ColorScale.shades
    let width = 220.0 / Double(shades.count)
    var content: [Markup] = shades.enumerated().map { index, shade in
      .element(
        "rect",
        [
          "class": ColorScale.name(of: shade), "x": ChartText.coordinate(10 + Double(index) * width),
          "y": "0",
          "width": ChartText.coordinate(width + 0.3), "height": "12",
        ])
    }
    let labels: [(Double, Double)] =
      scale.least < 0 ? [(10, scale.least), (120, 0), (230, scale.limit)] : [(10, 0), (230, scale.limit)]
    for (x, value) in labels {
      let text = ChartText.significant(value, digits: 2)
      let half = ChartText.width(text, size: 12) / 2
      content.append(
        .element(
          "text",
          [
            "x": ChartText.coordinate(min(max(x, half), 240 - half)), "y": "25", "text-anchor": "middle",
          ], text: text))
    }
    let bar = Markup.element(
      "svg",
      ["class": "scale", "viewBox": "0 0 240 28", "role": "img", "xmlns": "http://www.w3.org/2000/svg"],
      content)
    let empty = Markup.element(
      "svg", ["class": "scale one", "viewBox": "0 0 14 14", "aria-hidden": "true"],
      [.element("rect", ["class": "ground", "x": "0.5", "y": "0.5", "width": "13", "height": "13"])])
    let gaps = hasGaps ? [empty, Markup.element("span", text: "no value")] : []
    return .element("div", ["class": "scales"], [bar] + gaps)
  }

  // MARK: Drawing

  /// The map as an SVG element of this width, as high as its rows need.
  package func svg(width: Double) -> Markup {
    let rowHeight = rowHeight ?? (rows.count > 40 ? 14 : 22)
    let noteWidth =
      (rows.map(\.note) + [noteTitle]).map { ChartText.width($0, size: 12) }.max() ?? 0
    let right = width - (noteWidth > 0 ? noteWidth + 8 : 14)
    let longest = rows.map { ChartText.width(Self.joined($0.label), size: 12) }.max() ?? 0
    let labelWidth = min(longest, 0.42 * width)
    let top = noteTitle.isEmpty ? 4.0 : 20
    let frame = ChartFrame(
      left: labelWidth + 8, right: right, top: top, bottom: top + Double(rows.count) * rowHeight)
    var content: [Markup] = [
      .element("title", text: "heat map of " + rows.map { Self.joined($0.label) }.joined(separator: ", ")),
      .element(
        "rect",
        [
          "class": "ground", "x": ChartText.coordinate(frame.left), "y": ChartText.coordinate(frame.top),
          "width": ChartText.coordinate(frame.width),
          "height": ChartText.coordinate(frame.bottom - frame.top),
        ]),
    ]
    if !noteTitle.isEmpty {
      content.append(
        .element(
          "text", ["x": ChartText.coordinate(width), "y": "12", "text-anchor": "end"], text: noteTitle))
    }
    for (index, row) in rows.enumerated() {
      let y = ChartText.coordinate(top + (Double(index) + 0.5) * rowHeight + 4)
      content.append(
        .element(
          "text", ["x": ChartText.coordinate(labelWidth), "y": y, "text-anchor": "end"],
          [
            .element("title", text: Self.joined(row.label)),
            .text(Self.fitted(row.label, width: labelWidth)),
          ]))
      if !row.note.isEmpty {
        content.append(
          .element(
            "text", ["x": ChartText.coordinate(width), "y": y, "text-anchor": "end"], text: row.note))
      }
    }
    let edges = edges(in: frame)
    content += cells(edges, top: top, rowHeight: rowHeight)
    let (labels, height) = columnLabels(edges, in: frame)
    content += labels
    return .element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img",
        "viewBox": "0 0 \(ChartText.coordinate(width)) \(ChartText.coordinate(frame.bottom + height))",
      ], content)
  }

  private func edges(in frame: ChartFrame) -> [Double] {
    switch columns {
    case .labels(let labels):
      return (0...max(labels.count, 1)).map {
        frame.left + frame.width * Double($0) / Double(max(labels.count, 1))
      }
    case .spans(let edges, _):
      guard let first = edges.first, let last = edges.last, first < last else { return [] }
      let axis = Axis(first...last)
      return edges.map { axis.position($0, from: frame.left, to: frame.right) }
    }
  }

  /// One path for all cells of a shade.
  private func cells(_ edges: [Double], top: Double, rowHeight: Double) -> [Markup] {
    var paths: [Int: String] = [:]
    var labels: [Markup] = []
    for row in rows.indices {
      for column in 0..<max(0, edges.count - 1) {
        guard let value = value(row, column) else { continue }
        let shade = scale.shade(of: value)
        let width = edges[column + 1] - edges[column]
        let y = top + Double(row) * rowHeight
        // Neighbours share the very same edge, so that no gap can show between them.
        let (left, right) = (ChartText.coordinate(edges[column]), ChartText.coordinate(edges[column + 1]))
        paths[shade, default: ""] +=
          "M\(left) \(ChartText.coordinate(y))H\(right)v\(ChartText.coordinate(rowHeight - 1))H\(left)z"
        guard let texts, row < texts.count, column < texts[row].count,
          ChartText.width(texts[row][column], size: 12) <= width - 4
        else { continue }
        labels.append(
          .element(
            "text",
            [
              "class": abs(shade) > ColorScale.shades / 2 ? "onshade" : "onground",
              "x": ChartText.coordinate(edges[column] + width / 2),
              "y": ChartText.coordinate(y + rowHeight / 2 + 4), "text-anchor": "middle",
            ], text: texts[row][column]))
      }
    }
    let shades = paths.keys.sorted().map { shade in
      Markup.element("path", ["class": ColorScale.name(of: shade), "d": paths[shade]])
    }
    return [.element("g", ["shape-rendering": "crispEdges"], shades)] + labels
  }

  /// The longest label that stands upright.
  private static let uprightLength = 150.0

  /// What is written below the columns, and how much height it takes.
  private func columnLabels(_ edges: [Double], in frame: ChartFrame) -> ([Markup], height: Double) {
    switch columns {
    case .spans(let values, let title):
      guard let first = values.first, let last = values.last, first < last else { return ([], 4) }
      let axis = Axis.fitting(first...last, width: frame.width, isWhole: true)
      return (frame.labels(axis, title: title), 40)
    case .labels(let labels):
      let widths = labels.map { ChartText.width($0, size: 12) }
      let column = frame.width / Double(max(labels.count, 1))
      let isUpright = (widths.max() ?? 0) > column - 6
      let longest = min(widths.max() ?? 0, Self.uprightLength)
      let stride = isUpright ? max(1, Int((13 / column).rounded(.up))) : 1
      let drawn = Swift.stride(from: 0, to: labels.count, by: stride).map { index in
        let x = ChartText.coordinate((edges[index] + edges[index + 1]) / 2 + (isUpright ? 4 : 0))
        let y = ChartText.coordinate(frame.bottom + (isUpright ? 6 : 16))
        return Markup.element(
          "text",
          [
            "x": x, "y": y, "text-anchor": isUpright ? "end" : "middle",
            "transform": isUpright ? "rotate(-90 \(x) \(y))" : nil,
          ],
          [
            .element("title", text: labels[index]),
            .text(ChartText.fitted(labels[index], width: isUpright ? Self.uprightLength : column, size: 12)),
          ])
      }
      return (drawn, isUpright ? longest + 12 : 24)
    }
  }

  static func joined(_ parts: [String]) -> String { parts.joined(separator: " · ") }

  /// The parts, the longest cut until all fit together.
  private static func fitted(_ parts: [String], width: Double) -> String {
    var limit = width
    while ChartText.width(joined(parts.map { ChartText.fitted($0, width: limit, size: 12) }), size: 12)
      > width,
      limit > 12
    {
      limit -= 4
    }
    return joined(parts.map { ChartText.fitted($0, width: limit, size: 12) })
  }

  /// The rules that a page needs to show heat maps.
  static var rules: String {
    ColorScale.rules + """
      .ground { fill: var(--panel); stroke: none; }
      .scales { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-bottom: 6px;
        font-size: 13px; }
      .scales .ground { stroke: var(--rule); }
      svg.scale { width: 240px; height: 28px; flex: none; }
      svg.scale.one { width: 14px; height: 14px; }
      svg text.onground { fill: var(--ink); }
      svg text.onshade { fill: var(--paper); }

      """
  }
}
