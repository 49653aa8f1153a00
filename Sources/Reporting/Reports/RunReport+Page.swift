import Wording

extension RunReport {
  /// The page as HTML.
  package func page() -> HTMLPage {
    var figures: [Markup] = []
    var absences: [(title: String, reason: String)] = []
    func show(_ figure: Markup?, _ title: String, otherwise reason: String) {
      if let figure { figures.append(figure) } else { absences.append((title, reason)) }
    }
    let metrics = metrics
    show(losses.map(figure), "Losses", otherwise: "No losses were logged.")
    show(metrics.first.map(figure), "Dev metrics", otherwise: "The run was not evaluated.")
    show(weights.map(figure), "Weights", otherwise: weightSentence ?? "")
    show(norms.map(figure), "Gradient norms", otherwise: "No gradient norms were logged.")
    show(
      cosines.map(figure), "Cosines of gradients",
      otherwise: "No cosines between the tasks' gradients were logged.")
    figures += metrics.dropFirst().map(figure)
    return HTMLPage(
      title: "\(name): report of a run",
      content: [
        .element(
          "header", [:],
          [.element("h1", text: name), .element("p", ["class": "note"], text: extent), facts, taskTable]),
        HTMLPage.grid(figures), HTMLPage.absences(absences), correlationSection,
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
          .element(
            "span", ["class": "key"],
            [style(of: task.name).swatch, .element("span", text: task.name)]), .text(task.type ?? "-"),
          .text(figures(of: task.name)),
        ]
      })
  }

  private func figure(_ titled: TitledChart) -> Markup {
    HTMLPage.figure(titled.title, note: titled.note, legend: titled.chart.legend) { width in
      titled.chart.svg(width: width, height: width < 400 ? 260 : 310)
    }
  }

  private func figure(_ map: HeatMap) -> Markup {
    HTMLPage.figure(
      "Cosines of gradients",
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
          ["Task", "Metric", "Evaluations", "Correlation"], numeric: [2],
          rows: correlations.map { correlation in
            [
              .text(correlation.task), .text(metricName(of: correlation)), .text("\(correlation.count)"),
              .text(Self.shown(correlation.result)),
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

  static func shown(_ result: WeightCorrelation.Result) -> String {
    switch result {
    case .value(let value): ChartText.decimal(value, decimals: 2)
    case .undefined(let reason): "- (\(reason))"
    }
  }
}
