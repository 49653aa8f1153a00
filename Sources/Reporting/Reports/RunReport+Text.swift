import CommandLineOptions

extension RunReport {
  /// The report for a terminal of this width, which is 40 columns at least.
  package func text(columns: Int) -> String {
    let columns = max(columns, 40)
    var result = truncated("\(name): \(extent)", to: columns) + "\n"
    result += truncated("best score \(bestText)", to: columns) + "\n"
    for option in options {
      let value = option.value.split(separator: "\n").joined(separator: ", ")
      result += truncated("\(option.name) \(value)", to: columns) + "\n"
    }
    for section in [losses, weights, norms, cosines] + metrics { result += text(of: section, columns) }
    return result + heading("Correlation of weight and metric") + correlationTable(columns)
  }

  private func heading(_ title: String) -> String { "\n== \(title)\n\n" }

  private func text(of section: Section, _ columns: Int) -> String {
    switch section.content {
    case .chart(let chart, _):
      var text = chart.text(columns: columns)
      // The next heading brings its own empty line.
      if text.hasSuffix("\n\n") { text.removeLast() }
      let isLogarithmic = chart.yAxis(tickLimit: 6).scale == .logarithmic
      let title = section.title + (isLogarithmic ? " (logarithmic)" : "")
      return heading(truncated(title, to: columns - 3)) + text
    case .map(let map): return heading(section.title) + map.text(columns: columns) + "\n"
    case .absence(let reason): return heading(section.title) + reason + "\n"
    }
  }

  private func correlationTable(_ columns: Int) -> String {
    var table = TextTable(
      ["Task", "Metric", "Evaluations", "Correlation"], alignments: [.left, .left, .right, .left])
    for correlation in correlations {
      table.add([
        truncated(correlation.task, to: max(8, columns / 4)),
        truncated(metricName(of: correlation), to: max(8, columns / 4)), "\(correlation.count)",
        Self.shown(correlation.result),
      ])
    }
    return table.render()
  }
}
