import CommandLineOptions
import Foundation
import Reporting
import Testing

@Suite("The report of a run") struct RunReportTests {
  private func page(_ report: RunReport) throws -> (source: String, parsed: ParsedMarkup) {
    let source = report.page().render()
    #expect(source.hasPrefix("<!DOCTYPE html>\n"))
    return (source, try ParsedMarkup(String(source.dropFirst("<!DOCTYPE html>\n".count))))
  }

  @Test("the page is well-formed, with every coordinate within its picture")
  func wellFormed() throws {
    let (source, page) = try page(Fixture.report())
    #expect(page.misplaced() == [])
    #expect(!source.lowercased().contains("nan\"") && !source.contains("NaN"))
    #expect(page.elements("svg").count > 20)
  }

  @Test("the page needs nothing but itself: no script, nothing loaded, both colour schemes")
  func selfContained() throws {
    let (source, page) = try page(Fixture.report())
    for name in ["script", "link", "img", "iframe", "image", "use"] { #expect(page.elements(name).isEmpty) }
    for element in page.elements {
      #expect(element.attributes["href"] == nil && element.attributes["src"] == nil)
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" })
    }
    #expect(!source.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "").contains("://"))
    #expect(!source.contains("url(") && !source.contains("@import"))
    #expect(source.contains("prefers-color-scheme: dark") && source.contains("width=device-width"))
  }

  @Test("each chart has every task, in legend and in both drawings")
  func tasks() throws {
    let (_, page) = try page(Fixture.report())
    #expect(page.texts("h1") == ["run <1> & only"])
    for task in Fixture.taskNames {
      let legends = page.texts("span").filter { $0 == task || $0.hasPrefix("\(task) (") }
      // Losses, weights, norms, the dev metrics with the metric's name, and the table of the tasks.
      #expect(legends.count == 5, "\(task)")
      #expect(page.texts("title").filter { $0 == task }.count == 6, "\(task)")
      #expect(page.texts("td").filter { $0 == task }.count == 1, "\(task)")
    }
    #expect(
      Set(page.texts("h2")).isSuperset(of: [
        "Losses", "Weights", "Gradient norms", "Cosines of gradients", "Dev metrics", "Weight and metric",
        "q<a> & \"b\": metrics", "similarity-of-two-long-sentences: metrics",
        "similarity-of-two-long-sentences: errors",
      ]))
    #expect(page.texts("dt") == ["best score", "learning-rate"])
    #expect(page.texts("dd")[1] == "0.0003")
  }

  @Test("every pair of tasks has a row, the most opposed on top, with the mean of its cosines")
  func pairs() throws {
    let history = try Fixture.history()
    let (_, page) = try page(Fixture.report())
    let rows = page.texts("title").filter { $0.contains(" · ") && !$0.hasPrefix("heat map") }
    #expect(rows.count == 2 * 6 && Set(rows).count == 6)
    func mean(_ row: String) -> Double {
      let names = row.components(separatedBy: " · ")
      let values = history.gradients.flatMap(\.cosines)
        .filter { $0.first == names[0] && $0.second == names[1] }.compactMap(\.cosine)
      return values.reduce(0, +) / Double(values.count)
    }
    let means = rows.prefix(6).map(mean)
    #expect(means == means.sorted())
    for mean in means {
      #expect(page.texts("text").contains(String(format: "%.2f", mean)))
    }
  }

  @Test("the best evaluation is marked and its figures are in the table")
  func best() throws {
    let (_, page) = try page(Fixture.report())
    // Dev metrics, and the charts of the two tasks that have several, of which one has an error too.
    #expect(page.texts("text").filter { $0 == "best: step 320" }.count == 2 * 4)
    let best = try #require(try Fixture.history().best)
    let accuracy = try #require(best["sst"]?["accuracy"])
    #expect(page.texts("td").contains("accuracy " + String(format: "%.4f", accuracy)))
    #expect(page.texts("dd")[0] == String(format: "%.4f at step 320", try #require(best.score)))
  }

  @Test("a correlation that can't be computed says why")
  func correlations() throws {
    let report = try Fixture.report()
    let (_, page) = try page(report)
    let cells = page.texts("td")
    #expect(cells.contains("- (constant weight)"))
    #expect(report.text(columns: 80).contains("- (constant weight)"))
    let values = Fixture.taskNames.prefix(3).compactMap { task -> String? in
      let metric = ["sst": "accuracy", "q<a> & \"b\"": "f1"][task] ?? "pearson"
      let correlation = WeightCorrelation(task: task, metric: metric, in: report.history)
      if case .value(let value) = correlation.result { return String(format: "%.2f", value) }
      return nil
    }
    #expect(values.count == 3 && values.allSatisfy(cells.contains))
  }

  @Test("what was not logged is said, in place of an empty picture")
  func absences() throws {
    let lines = (1...30).map { #"{"step": \#($0), "tasks": {"a": {"loss": 1, "weight": 1}}}"# }
    let history = try RunHistory(Array(lines.joined(separator: "\n").utf8), file: "log")
    let report = RunReport(name: "run", history: history)
    let (_, page) = try page(report)
    let sentences = [
      "Every task had the weight 1 in every logged step.", "The run was not evaluated.",
      "No gradient norms were logged.", "No cosines between the tasks' gradients were logged.",
    ]
    for sentence in sentences {
      #expect(page.texts("p").contains(sentence))
      #expect(report.text(columns: 80).contains(sentence))
    }
    // The losses have their picture.
    #expect(page.texts("title").contains("training loss over step: a"))
  }

  @Test("twenty tasks over many steps still make a page of a few megabytes at most")
  func large() throws {
    let names = (0..<20).map { "task-\($0)" }
    let history = RunHistory(
      steps: (1...2000).map { step in
        .init(
          step: step,
          tasks: names.enumerated().map { index, name in
            let value = Double((step * 7919 + index * 104729) % 1000) / 1000
            return .init(name: name, loss: value + 1, weight: 1 + value)
          })
      },
      gradients: (1...300).map { step in
        .init(
          step: step, norms: [],
          cosines: names.indices.flatMap { first in
            (first + 1..<20).map { second in
              .init(
                first: names[first], second: names[second],
                cosine: Double((step + first * second) % 9) / 10 - 0.4)
            }
          })
      })
    let (source, page) = try page(RunReport(name: "large", history: history))
    #expect(source.utf8.count < 4_000_000)
    #expect(page.misplaced() == [])
    #expect(page.texts("title").filter { $0.contains(" · ") && !$0.hasPrefix("heat map") }.count == 2 * 190)
  }

  @Test("the text fits its columns and has every task and section", arguments: [40, 80, 132])
  func text(columns: Int) throws {
    let text = try Fixture.report().text(columns: columns)
    for line in text.split(separator: "\n") {
      // The table of correlations needs a little room.
      #expect(displayWidth(line) <= max(columns, 75), "\(line)")
    }
    for title in [
      "Losses (logarithmic)", "Weights", "Gradient norms", "Cosines of gradients", "Dev metrics",
    ] {
      #expect(text.contains("== \(title)"), "\(title)")
    }
    for task in Fixture.taskNames {
      #expect(text.contains(truncated(task, to: 8).dropLast()), "\(task)")
    }
    #expect(text.contains("best score") && text.contains("learning-rate 0.0003"))
    #expect(text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    #expect(!text.contains("nan"))
  }
}
