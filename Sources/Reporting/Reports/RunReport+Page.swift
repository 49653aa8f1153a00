import Wording

extension RunReport {
  /// The page as HTML.
  package func page() -> HTMLPage {
    let metrics = metrics
    let sections = [losses] + metrics.prefix(1) + [weights, norms, cosines] + metrics.dropFirst()
    return HTMLPage(
      title: "\(name): report of a run",
      content: [
        .element(
          "header", [:],
          [.element("h1", text: name), .element("p", ["class": "note"], text: extent), facts, taskTable]),
        HTMLPage.grid(sections.compactMap(figure)), HTMLPage.absences(sections.compactMap(absence)),
        correlationSection,
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

  private func figure(_ section: Section) -> Markup? {
    switch section.content {
    case .chart(let chart, let note):
      HTMLPage.figure(section.title, note: note, legend: chart.legend) { width in
        chart.svg(width: width, height: width < 400 ? 260 : 310)
      }
    case .map(let map):
      HTMLPage.figure(
        section.title,
        note: "Where two tasks' gradients agree (blue) and where one step helps one task and harms the other "
          + "(orange); the most opposed pair is on top.",
        legend: map.legend, isWide: true
      ) { map.svg(width: $0) }
    case .absence: nil
    }
  }

  private func absence(_ section: Section) -> (title: String, reason: String)? {
    guard case .absence(let reason) = section.content else { return nil }
    return (section.title, reason)
  }

  private var correlationSection: Markup {
    .element(
      "section", [:],
      [
        .element("h2", text: "Weight and metric"),
        .element(
          "p", ["class": "note"],
          text:
            "Pearson's correlation, over the evaluations, of the mean weight logged since the evaluation before "
            + "with the dev metric. Over a handful of evaluations it says little, and it never says which moved which."
        ),
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
}
