import Evaluation
import Foundation
import Reporting
import Testing

@Suite("The report of a classification test") struct ClassificationReportTests {
  private static let labels = ["<angry> & \"loud\"", "calm", "ärger"]

  /// Rows whose label is `row % classes`, of which every fifth is taken for the next one.
  private func probabilities(rows: Int, classes: Int) throws -> LabelledProbabilities {
    var values: [Float] = []
    for row in 0..<rows {
      let chosen = (row + (row % 5 == 4 ? 1 : 0)) % classes
      let confidence = 0.5 + Float(row % 10) / 21
      values += (0..<classes).map { $0 == chosen ? confidence : (1 - confidence) / Float(classes - 1) }
    }
    return try LabelledProbabilities(
      probabilities: values, expected: (0..<rows).map { $0 % classes }, classCount: classes)
  }

  private func report(
    labels: [String] = labels, rows: Int = 100, temperature: Double? = 1.5,
    mistakes: [ClassificationReport.Mistake] = []
  ) throws -> ClassificationReport {
    try ClassificationReport(
      task: "mood <1>", file: "dev & test.tsv", checkpoint: "run", labels: labels,
      uncalibrated: probabilities(rows: rows, classes: labels.count), temperature: temperature, binCount: 10,
      mistakes: mistakes)
  }

  private func mistake(_ texts: [String]) -> ClassificationReport.Mistake {
    .init(
      line: 1234, texts: texts, expected: 0, predicted: 1, probability: 0.98765,
      probabilityOfExpected: 0.0042)
  }

  private func page(_ report: ClassificationReport) throws -> (source: String, parsed: ParsedMarkup) {
    let source = report.page().render()
    return (source, try ParsedMarkup(String(source.dropFirst("<!DOCTYPE html>\n".count))))
  }

  @Test("the page is well-formed, keeps to its pictures, and needs nothing but itself")
  func wellFormed() throws {
    let (source, page) = try page(
      report(mistakes: [mistake(["<script>alert(1)</script>", "b"]), mistake(["\u{202E}txet\u{1}"])]))
    #expect(page.misplaced() == [])
    #expect(page.elements("script").isEmpty && page.elements("b").isEmpty)
    #expect(!source.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "").contains("://"))
    #expect(page.texts("h1") == ["mood <1>"])
    #expect(page.texts("p").contains("100 rows of dev & test.tsv, run"))
    #expect(page.texts("bdi").contains("<script>alert(1)</script>"))
    #expect(page.elements("bdi").allSatisfy { $0.attributes["dir"] == "auto" })
    #expect(page.texts("title").filter { $0 == Self.labels[0] }.count >= 4)
  }

  @Test("the matrix has the counts, with colours by shares of the row")
  func confusion() throws {
    let (_, page) = try page(report())
    // Of 34 rows of the first label 7 are taken for the second: 4, 19, … are of the label (row % 3).
    let examples = try probabilities(rows: 100, classes: 3)
    let matrix = try ConfusionMatrix(
      predicted: examples.predicted, expected: examples.expected, classCount: 3)
    for expected in 0..<3 {
      for predicted in 0..<3 {
        let count = matrix[expected: expected, predicted: predicted]
        let drawn = page.elements("text").filter {
          $0.attributes["class"]?.hasPrefix("on") == true && $0.text == "\(count)"
        }
        #expect(drawn.isEmpty == (count == 0), "\(count)")
      }
    }
    #expect(page.texts("text").filter { $0 == "34" || $0 == "33" }.count >= 6)
  }

  @Test("calibration is shown before and after, or as it is where nothing was fitted")
  func calibration() throws {
    let (_, fitted) = try page(report())
    #expect(fitted.texts("span").contains("before calibration"))
    #expect(fitted.texts("span").contains("after calibration"))
    #expect(fitted.texts("dt").contains("temperature") && fitted.texts("dd").contains("1.5000"))
    #expect(fitted.texts("dd").contains { $0.contains(" → ") })
    let (_, plain) = try page(report(temperature: nil))
    #expect(!plain.texts("span").contains("before calibration"))
    #expect(plain.texts("p").contains { $0.contains("No temperature was fitted") })
    #expect(!plain.texts("dd").contains { $0.contains("→") })
  }

  @Test("mistakes show both labels and probabilities, and long texts are cut")
  func mistakes() throws {
    let long = String(repeating: "wörd ", count: 50_000) + "end"
    // One character with marks without number is no way around it.
    let marks = "a" + String(repeating: "\u{301}", count: 50_000)
    let (source, page) = try page(
      report(mistakes: [mistake([long]), mistake([marks, "two\nlines"]), mistake([""])]))
    #expect(source.utf8.count < 60_000)
    let cells = page.texts("td")
    for text in ["0.9877", "0.0042", "1,234"] { #expect(cells.contains(text), "\(text)") }
    let texts = page.texts("bdi")
    #expect(texts.contains("two lines"))
    #expect(
      texts.contains { $0.hasPrefix("wörd wörd") && $0.hasSuffix("…") && $0.unicodeScalars.count == 401 })
    #expect(texts.contains(Self.labels[0]) && texts.contains("calm"))
    #expect(page.texts("p").contains("The 3 most confident of 20 rows with a wrong label."))
    let none = try ClassificationReport(
      task: "t", file: "f", checkpoint: "c", labels: ["a", "b"],
      uncalibrated: LabelledProbabilities(probabilities: [1, 0, 0, 1], expected: [0, 1], classCount: 2),
      temperature: nil, binCount: 15, mistakes: [])
    let (_, right) = try self.page(none)
    #expect(right.texts("p").contains("Every row was given its label."))
    #expect(right.misplaced() == [])
  }

  @Test("of many labels the picture has those with most mistakes, the table all")
  func manyLabels() throws {
    let labels = (0..<300).map { "label number \($0)" }
    let (source, page) = try page(report(labels: labels, rows: 900))
    #expect(page.misplaced() == [])
    #expect(source.utf8.count < 2_000_000)
    #expect(page.texts("p").contains { $0.contains("The 60 of 300 labels that most mistakes are about.") })
    #expect(page.texts("bdi").filter { $0.hasPrefix("label number") }.count == 300)
    #expect(page.texts("td").contains("(mean)"))
  }
}
