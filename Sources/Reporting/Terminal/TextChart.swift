import CommandLineOptions

/// A curve drawn in a terminal with Braille patterns, two by four dots a character.
///
///     0.94 ┤         ⣀⡠⠤⠒⠉
///          │   ⢀⡠⠔⠊⠉
///     0.31 ┤⣀⠤⠊
///           0          300
package struct TextChart: Sendable {
  package var title: String
  package var line: [ChartPoint]
  package var xDomain: ClosedRange<Double>
  package var scale: Axis.Scale

  package init(
    title: String, line: [ChartPoint], xDomain: ClosedRange<Double>, scale: Axis.Scale = .linear
  ) {
    self.title = title
    self.line = line
    self.xDomain = xDomain
    self.scale = scale
  }

  /// The chart's lines of text, none wider than `columns`, which is 20 at least.
  ///
  /// - Parameter rows: the height of the drawing; title and x-axis are a line each.
  package func render(columns: Int, rows: Int = 4) -> [String] {
    let columns = max(columns, 20)
    let rows = max(rows, 2)
    let values = line.compactMap { $0.drawn?.y }
    guard let least = values.min(), let most = values.max() else {
      return [truncated(title, to: columns), truncated("  no values", to: columns)]
    }
    let (low, high) = (ChartText.figure(least, digits: 3), ChartText.figure(most, digits: 3))
    let margin = max(low.count, high.count) + 2
    var grid = BrailleGrid(columns: columns - margin, rows: rows)
    let axis = Axis(least...most, scale: scale)
    let across = Axis(xDomain)
    for run in line.split(whereSeparator: { $0.drawn == nil }) {
      let places = run.compactMap(\.drawn).map { point in
        (
          x: Int(across.position(point.x, from: 0, to: Double(grid.width - 1)).rounded()),
          y: Int(axis.position(point.y, from: Double(grid.height - 1), to: 0).rounded())
        )
      }
      if places.count == 1 { grid.set(places[0].x, places[0].y) }
      for (start, end) in zip(places, places.dropFirst()) { grid.draw(from: start, to: end) }
    }
    var result = [truncated(title, to: columns)]
    for (row, dots) in grid.text.enumerated() {
      let isConstant = least == most
      let label =
        isConstant ? (row == rows / 2 ? high : "") : row == 0 ? high : row == rows - 1 ? low : ""
      let padding = String(repeating: " ", count: margin - 2 - label.count)
      result.append(padding + label + (label.isEmpty ? " │" : " ┤") + dots)
    }
    let start = ChartText.end(xDomain.lowerBound)
    let end = ChartText.end(xDomain.upperBound)
    let space = columns - margin - start.count - end.count
    if space > 0 {
      result.append(
        String(repeating: " ", count: margin) + start + String(repeating: " ", count: space) + end)
    }
    return result
  }
}

/// Dots that are packed into Braille patterns.
private struct BrailleGrid {
  let columns: Int
  let rows: Int
  private var cells: [UInt8]

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 1)
    self.rows = rows
    cells = [UInt8](repeating: 0, count: self.columns * rows)
  }

  var width: Int { columns * 2 }
  var height: Int { rows * 4 }

  mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    // The bits of U+2800 … U+28FF: the left column's upper three dots, the right column's, then the lowest two.
    let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    cells[y / 4 * columns + x / 2] |= bits[x % 2][y % 4]
  }

  mutating func draw(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      set(
        start.x + Int((Double(end.x - start.x) * share).rounded()),
        start.y + Int((Double(end.y - start.y) * share).rounded()))
    }
  }

  /// A text a row.
  var text: [String] {
    (0..<rows).map { row in
      var line = ""
      for column in 0..<columns {
        let scalar = Unicode.Scalar(0x2800 + UInt32(cells[row * columns + column]))
        line.unicodeScalars.append(scalar ?? " ")
      }
      return line
    }
  }
}
