import CommandLineOptions

extension LineChart {
  /// The chart for a terminal: as lines can't be told apart there, each series has a picture of its own, two side by side
  /// where there is room. All have the same x-axis, and y-axes of their own.
  package func text(columns: Int) -> String {
    let domain = xAxis(width: 500).domain
    let isPaired = columns >= 72
    let gap = 3
    let width = isPaired ? (columns - gap) / 2 : columns
    let pictures = series.map { one in
      let values = one.line.compactMap { $0.drawn?.y }
      let change =
        if let first = values.first, let last = values.last, values.count > 1 {
          "  \(ChartText.figure(first, digits: 3)) → \(ChartText.figure(last, digits: 3))"
        } else {
          ""
        }
      let name = truncated(one.name, to: max(8, width - displayWidth(change)))
      return TextChart(
        title: name + change, line: one.line, xDomain: domain,
        scale: yAxis(tickLimit: 6).scale
      ).render(columns: width)
    }
    var result = ""
    for start in stride(from: 0, to: pictures.count, by: isPaired ? 2 : 1) {
      let left = pictures[start]
      let right = isPaired && start + 1 < pictures.count ? pictures[start + 1] : []
      for row in 0..<max(left.count, right.count) {
        let first = row < left.count ? left[row] : ""
        let second = row < right.count ? right[row] : ""
        let padding = second.isEmpty ? 0 : max(0, width + gap - displayWidth(first))
        result += first + String(repeating: " ", count: padding) + second + "\n"
      }
      result += "\n"
    }
    return result
  }
}
