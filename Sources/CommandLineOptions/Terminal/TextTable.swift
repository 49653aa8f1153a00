/// A table in plain text: a line of titles, a rule, a line a row, columns two spaces apart.
public struct TextTable: Sendable {
  public enum Alignment: Sendable {
    case left
    case right
    /// Right when every cell that says anything is a number, else left.
    case automatic
  }

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// - Parameter alignments: for the first columns; those beyond are automatic.
  public init(_ titles: [String], alignments: [Alignment] = []) {
    self.titles = titles
    self.alignments = titles.indices.map { $0 < alignments.count ? alignments[$0] : .automatic }
  }

  /// Adds a row. Cells that are missing are empty, cells beyond the titles are left out.
  public mutating func add(_ cells: [String]) {
    rows.append(titles.indices.map { $0 < cells.count ? cells[$0] : "" })
  }

  /// The lines, each with its line end and without trailing spaces.
  public func render() -> String {
    let widths = titles.indices.map { column in
      ([titles] + rows).reduce(0) { max($0, displayWidth($1[column])) }
    }
    let rightward = titles.indices.map { isRight($0) }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([titles, rule] + rows).map { row in
      var line = ""
      var pending = 0
      for (column, cell) in row.enumerated() {
        let padding = widths[column] - displayWidth(cell)
        line += String(repeating: " ", count: pending + (rightward[column] ? padding : 0)) + cell
        pending = 2 + (rightward[column] ? 0 : padding)
      }
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  private func isRight(_ column: Int) -> Bool {
    switch alignments[column] {
    case .left: return false
    case .right: return true
    case .automatic:
      let cells = rows.map { $0[column] }.filter { !$0.isEmpty && $0 != "-" && $0 != "–" }
      return !cells.isEmpty && cells.allSatisfy(Self.isNumber)
    }
  }

  /// Digits with signs, points, commas and a percent sign.
  private static func isNumber(_ cell: String) -> Bool {
    cell.contains { $0.isASCII && $0.isNumber } && cell.allSatisfy { "0123456789+-−.,%e ".contains($0) }
  }
}
