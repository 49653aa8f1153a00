import CommandLineOptions
import Foundation
import Wording

/// What tasks are to each other, as tables and heat maps.
package struct AffinityReport: Sendable {
  private let tasks: [String]
  /// Steps that were measured.
  private let steps: Int
  /// Row by row of the source, in percent.
  private let lookaheads: [[Double?]]
  private let cosines: [[Double?]]
  /// Names of the tasks of each.
  private let groups: [[String]]

  /// - Parameters:
  ///   - lookaheads: the share of the loss of a column's task that a step for a row's takes away.
  ///   - cosines: between the tasks' gradients.
  ///   - groups: in which the tasks are best divided; none where that was not asked.
  package init(
    tasks: [String], steps: Int, lookaheads: [[Double?]], cosines: [[Double?]], groups: [[String]] = []
  ) {
    self.tasks = tasks
    self.steps = steps
    self.lookaheads = lookaheads.map { row in row.map { value in value.map { 100 * $0 } } }
    self.cosines = cosines
    self.groups = groups
  }

  // MARK: Terminal

  package func text(columns: Int) -> String {
    var text = "Lookahead affinity, in percent: how far a step for the task of a row lowers\n"
    text += "the loss of a column's task. Means over \(counted(steps, "step")).\n\n"
    text += table(lookaheads) + "\n" + heatMap(lookaheads).text(columns: columns)
    text += "\nCosines between the tasks' gradients\n\n"
    text += table(cosines) + "\n" + heatMap(cosines).text(columns: columns)
    guard !groups.isEmpty else { return text }
    text += "\nThe best partition into \(counted(groups.count, "group")):\n"
    for group in groups { text += "  \(group.joined(separator: ", "))\n" }
    return text
  }

  private func table(_ values: [[Double?]]) -> String {
    var table = TextTable(
      ["From \\ to"] + tasks, alignments: [.left] + tasks.map { _ in .right })
    for (task, row) in zip(tasks, values) {
      table.add([task] + row.map { $0.map { ChartText.significant($0, digits: 3) } ?? "-" })
    }
    return table.render()
  }

  /// Without what tasks do for themselves, beside which the rest would be pale.
  private func heatMap(_ values: [[Double?]]) -> HeatMap {
    var others = values
    for task in tasks.indices { others[task][task] = nil }
    return HeatMap(
      rows: tasks.map { .init([$0]) }, columns: .labels(tasks), values: others,
      scale: .diverging(covering: others.joined().compactMap { $0 }),
      texts: others.map { row in row.map { ChartText.significant($0 ?? 0, digits: 2) } }, rowHeight: 32)
  }

  // MARK: Page

  package func page() -> HTMLPage {
    var content: [Markup] = [
      .element("header", [:], [.element("h1", text: "What tasks are to each other")]),
      HTMLPage.grid([
        figure(
          "Lookahead affinity",
          "How many percent of the loss of a column's task a step for the task of a row takes away, on the parameters "
            + "that they share. Means over \(counted(steps, "step")).", lookaheads),
        figure(
          "Cosines of gradients", "Where two tasks' gradients agree (blue) and where not (orange).", cosines),
      ]),
    ]
    if !groups.isEmpty {
      content.append(
        HTMLPage.terms(
          groups.enumerated().map { (term: "group \($0 + 1)", text: $1.joined(separator: ", ")) }))
    }
    return HTMLPage(title: "Affinity of tasks", content: content)
  }

  private func figure(_ title: String, _ note: String, _ values: [[Double?]]) -> Markup {
    let map = heatMap(values)
    return HTMLPage.figure(title, note: note, legend: map.legend) { map.svg(width: $0) }
  }
}
