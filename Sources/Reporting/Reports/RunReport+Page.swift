import Wording

extension RunReport {
  /// The page as HTML.
  package func page() -> HTMLPage {
    var figures = [losses.map(figure) ?? HTMLPage.absence("Losses", "No losses were logged.")]
    let metrics = metrics
    figures.append(
      metrics.first.map(figure) ?? HTMLPage.absence("Dev metrics", "The run was not evaluated."))
    figures.append(weights.map(figure) ?? HTMLPage.absence("Weights", weightSentence ?? ""))
    figures.append(
      norms.map(figure) ?? HTMLPage.absence("Gradient norms", "No gradient norms were logged."))
    figures.append(cosineFigure)
    figures += metrics.dropFirst().map(figure)
    return HTMLPage(
      title: "\(name): report of a run",
      content: [
        .element(
          "header", [:],
          [.element("h1", text: name), .element("p", ["class": "note"], text: extent), facts, taskTable]),
        HTMLPage.grid(figures), correlationSection,
      ])
  }

  private var facts: Markup {
    var entries = [(term: "best score", text: bestText)]
    entries += options.map { (term: $0.name, text: $0.value) }
    return HTMLPage.terms(entries)
  }

  private var taskTable: Markup {
    HTMLPage.table(
      ["Task", "Type", "Dev figures of the best evaluation"],
      rows: tasks.map { task in
        [
          style(of: task.name).swatch + .text(task.name), .text(task.type ?? "-"),
          .text(figures(of: task.name)),
        ]
      })
  }

  private func figure(_ titled: TitledChart) -> Markup {
    HTMLPage.figure(titled.title, note: titled.note, legend: titled.chart.legend) { width in
      titled.chart.svg(width: width, height: width < 400 ? 260 : 310)
    }
  }

  private var cosineFigure: Markup {
    let title = "Cosines of gradients"
    guard let map = cosines else {
      return HTMLPage.absence(title, "No cosines between the tasks' gradients were logged.")
    }
    return HTMLPage.figure(
      title,
      note: "Where two tasks' gradients agree (blue) and where one step helps one task and harms the other "
        + "(orange); the most opposed pair is on top.",
      legend: map.legend, isWide: true
    ) { map.svg(width: $0) }
  }

  private var correlationSection: Markup {
    .element(
      "section", [:],
      [
        .element("h2", text: "Weight and metric"),
        .element("p", ["class": "note"], text: Self.correlationNote),
        HTMLPage.table(
          ["Task", "Metric", "Evaluations", "Correlation", ""], numeric: [2, 3],
          rows: correlations.map { correlation in
            let (value, reason) = Self.shown(correlation.result)
            return [
              .text(correlation.task), .text(metricName(of: correlation)), .text("\(correlation.count)"),
              .text(value), .text(reason),
            ]
          }),
      ])
  }

  func metricName(of correlation: WeightCorrelation) -> String {
    guard let metric = correlation.metric else { return "-" }
    return isError(metric) ? "\(metric) (less is better)" : metric
  }

  static let correlationNote =
    "Pearson's correlation, over the evaluations, of the mean weight logged since the evaluation before with the "
    + "dev metric. Over a handful of evaluations it says little, and it never says which moved which."

  static func shown(_ result: WeightCorrelation.Result) -> (value: String, reason: String) {
    switch result {
    case .value(let value): (ChartText.decimal(value, decimals: 2), "")
    case .undefined(let reason): ("-", reason)
    }
  }
}
