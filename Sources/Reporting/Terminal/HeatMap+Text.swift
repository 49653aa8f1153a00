import CommandLineOptions

extension HeatMap {
  /// The map for a terminal: a line a row, a character for one or several columns.
  package func text(columns width: Int) -> String {
    let notes = rows.map(\.note)
    let noteWidth = (notes + [noteTitle]).map { displayWidth($0) }.max() ?? 0
    let names = rows.map { Self.joined($0.label) }
    let labelWidth = min(names.map { displayWidth($0) }.max() ?? 0, max(8, width / 3))
    let cells = max(8, width - labelWidth - (noteWidth > 0 ? noteWidth + 1 : 0) - 1)
    func padded(_ text: String, to width: Int, atStart: Bool = false) -> String {
      let space = String(repeating: " ", count: max(0, width - displayWidth(text)))
      return atStart ? space + text : text + space
    }
    var result = ""
    if !noteTitle.isEmpty {
      result += padded(noteTitle, to: labelWidth + 1 + cells + 1 + noteWidth, atStart: true) + "\n"
    }
    for row in rows.indices {
      var line = padded(truncated(names[row], to: labelWidth), to: labelWidth) + " "
      for cell in 0..<cells { line += symbol(of: mean(row, cell: cell, of: cells)) }
      if noteWidth > 0 { line += " " + padded(notes[row], to: noteWidth, atStart: true) }
      result += line + "\n"
    }
    if case .spans(let edges, let title) = columns, let first = edges.first, let last = edges.last {
      let start = ChartText.end(first)
      let end = ChartText.end(last) + " " + title
      result +=
        String(repeating: " ", count: labelWidth + 1) + start
        + padded(end, to: max(0, cells - start.count), atStart: true) + "\n"
    }
    return result + key(columns: width)
  }

  /// The mean of the columns that a character stands for.
  private func mean(_ row: Int, cell: Int, of cells: Int) -> Double? {
    let known = span(of: cell, among: cells).compactMap { value(row, $0) }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private func span(of cell: Int, among cells: Int) -> [Int] {
    let low = Double(cell) / Double(cells)
    let high = Double(cell + 1) / Double(cells)
    let all = 0..<columns.count
    let bounds: [(Double, Double)]
    switch columns {
    case .labels(let labels):
      bounds = all.map { (Double($0) / Double(labels.count), Double($0 + 1) / Double(labels.count)) }
    case .spans(let edges, _):
      guard let first = edges.first, let last = edges.last, first < last else { return [] }
      bounds = all.map { ((edges[$0] - first) / (last - first), (edges[$0 + 1] - first) / (last - first)) }
    }
    let inside = all.filter { (low..<high).contains((bounds[$0].0 + bounds[$0].1) / 2) }
    if !inside.isEmpty { return inside }
    let middle = (low + high) / 2
    return all.filter { bounds[$0].0 <= middle && middle < bounds[$0].1 }
  }

  private func symbol(of value: Double?) -> String {
    guard let value else { return " " }
    let share = value / scale.limit
    if scale.least < 0 {
      return share < -0.6 ? "▼" : share < -0.2 ? "▽" : share <= 0.2 ? "·" : share <= 0.6 ? "△" : "▲"
    }
    return share <= 0.2 ? "·" : share <= 0.4 ? "░" : share <= 0.6 ? "▒" : share <= 0.8 ? "▓" : "█"
  }

  /// What the characters stand for, in as many lines as it takes.
  private func key(columns: Int) -> String {
    func at(_ share: Double) -> String { ChartText.significant(share * scale.limit, digits: 2) }
    let parts =
      if scale.least < 0 {
        [
          "▼ below \(at(-0.6))", "▽ below \(at(-0.2))", "· about 0", "△ above \(at(0.2))",
          "▲ above \(at(0.6))",
        ]
      } else {
        ["· up to \(at(0.2))", "░ to \(at(0.4))", "▒ to \(at(0.6))", "▓ to \(at(0.8))", "█ above"]
      }
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, displayWidth(last) + 2 + displayWidth(part) <= columns {
        lines[lines.count - 1] = last + "  " + part
      } else {
        lines.append(part)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
