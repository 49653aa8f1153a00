/// A table in plain text: a line of titles, a rule, a line a row, columns two spaces apart.
public struct TextTable: Sendable {
  public enum Alignment: Sendable {
    case left
    case right
  }

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// - Parameter alignments: one a column.
  public init(_ titles: [String], alignments: [Alignment]) {
    precondition(alignments.count == titles.count)
    self.titles = titles
    self.alignments = alignments
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
    let rightward = alignments.map { $0 == .right }
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
}
