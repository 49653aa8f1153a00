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
    result += section(losses, columns) ?? absence("Losses", "No losses were logged.")
    result += section(weights, columns) ?? absence("Weights", weightSentence ?? "")
    result += section(norms, columns) ?? absence("Gradient norms", "No gradient norms were logged.")
    if let map = cosines {
      result += heading("Cosines of gradients") + map.text(columns: columns) + "\n"
    } else {
      result += absence("Cosines of gradients", "No cosines between the tasks' gradients were logged.")
    }
    let metrics = metrics.compactMap { section($0, columns) }
    result += metrics.isEmpty ? absence("Dev metrics", "The run was not evaluated.") : metrics.joined()
    return result + heading("Correlation of weight and metric") + correlationTable(columns)
  }

  private func heading(_ title: String) -> String { "\n== \(title)\n\n" }

  private func absence(_ title: String, _ reason: String) -> String { heading(title) + reason + "\n" }

  private func section(_ titled: TitledChart?, _ columns: Int) -> String? {
    guard let titled else { return nil }
    var text = titled.chart.text(columns: columns)
    // The next heading brings its own empty line.
    if text.hasSuffix("\n\n") { text.removeLast() }
    let isLogarithmic = titled.chart.yAxis(tickLimit: 6).scale == .logarithmic
    let title = titled.title + (isLogarithmic ? " (logarithmic)" : "")
    return heading(truncated(title, to: columns - 3)) + text
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
