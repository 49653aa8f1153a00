import Evaluation
import Wording

extension ClassificationReport {
  /// The page as HTML.
  package func page() -> HTMLPage {
    HTMLPage(
      title: "\(task): test of a classification task",
      content: [
        .element(
          "header", [:],
          [
            .element("h1", text: Self.cut(task, to: 120)),
            .element(
              "p", ["class": "note"], text: "\(counted(shown.count, "row")) of \(file), \(checkpoint)"),
            HTMLPage.terms(facts),
          ]),
        HTMLPage.grid(
          [confusionFigure, calibrationFigure, coverageFigure] + (fitsGrid ? [labelSection] : [])),
        mistakeSection, fitsGrid ? .empty : labelSection,
      ])
  }

  /// Whether the table of the labels is no higher than a picture.
  private var fitsGrid: Bool { labels.count <= 10 }

  private var facts: [(term: String, text: String)] {
    var entries = [
      (term: "accuracy", text: Self.decimal(shown.accuracy)),
      (term: "macro F1", text: Self.decimal(counts.macroF1)),
      (term: "expected calibration error", text: compared { self.error(of: $0) }),
      (term: "negative log likelihood", text: compared { Self.decimal($0.negativeLogLikelihood) }),
    ]
    if let temperature { entries.append((term: "temperature", text: Self.decimal(temperature))) }
    return entries
  }

  private func error(of examples: LabelledProbabilities) -> String {
    Self.decimal(Reliability(examples, binCount: binCount).expectedCalibrationError)
  }

  /// A figure, and before it what it was without calibration.
  private func compared(_ figure: (LabelledProbabilities) -> String) -> String {
    temperature == nil ? figure(shown) : "\(figure(uncalibrated)) → \(figure(shown))"
  }

  static func decimal(_ value: Double?) -> String {
    value.map { ChartText.decimal($0, decimals: 4) } ?? "-"
  }

  // MARK: Figures

  private var confusionFigure: Markup {
    let map = confusion
    let drawn = drawnLabels.count
    var note =
      "A row for each true label, a column for each predicted one; colours are shares of the row, numbers are rows of the file."
    if drawn < labels.count {
      note += " The \(drawn) of \(counted(labels.count, "label")) that most mistakes are about."
    }
    return HTMLPage.figure(
      "Confusion matrix", note: note, legend: map.legend, isWide: drawn > 6
    ) { map.svg(width: $0) }
  }

  private var calibrationFigure: Markup {
    let chart = calibrationCurve
    let note =
      "How many rows of each confidence are right. Below the line the model is too sure, above it not sure enough; faint "
      + "dots stand for fewer than \(Self.fewRows) rows."
      + (temperature == nil ? " No temperature was fitted ('braid calibrate' does it)." : "")
    return HTMLPage.figure("Calibration", note: note, legend: chart.legend) { width in
      chart.svg(width: width, height: 340)
    }
  }

  private var coverageFigure: Markup {
    let chart = coverageCurve
    return HTMLPage.figure(
      "Accuracy over coverage", note: "When only the most confident rows are answered ('--abstain')."
    ) { width in chart.svg(width: width, height: 340) }
  }

  // MARK: Tables

  private var mistakeSection: Markup {
    let wrong = wrongCount
    let note =
      wrong == 0
      ? "Every row was given its label."
      : mistakes.count < wrong
        ? "The \(mistakes.count) most confident of \(counted(wrong, "row")) with a wrong label."
        : "All \(counted(wrong, "row")) with a wrong label, the most confident first."
    var content: [Markup] = [
      .element("h2", text: "Most confident mistakes"), .element("p", ["class": "note"], text: note),
    ]
    if !mistakes.isEmpty {
      content.append(
        HTMLPage.table(
          ["Text", "True label", "Predicted", "Probability", "Of the true label", "Line"],
          numeric: [3, 4, 5], prose: [0], rows: mistakes.map { row(of: $0) }))
    }
    return .element("section", [:], content)
  }

  private func row(of mistake: Mistake) -> [Markup] {
    var text = Markup.empty
    for (index, one) in mistake.texts.enumerated() {
      if index > 0 { text = text + .element("br") }
      text = text + HTMLPage.quotation(Self.cut(one, to: Self.textLimit / max(mistake.texts.count, 1)))
    }
    return [
      text, HTMLPage.quotation(label(mistake.expected)), HTMLPage.quotation(label(mistake.predicted)),
      .text(ChartText.decimal(mistake.probability, decimals: 4)),
      .text(ChartText.decimal(mistake.probabilityOfExpected, decimals: 4)),
      .text(grouped(mistake.line)),
    ]
  }

  private func label(_ index: Int) -> String { Self.cut(labels[index], to: 80) }

  private var labelSection: Markup {
    let measures = counts.perLabel
    let listed = mostMistaken(Self.mostListed)
    let rows = listed.map { index in
      let measures = measures[index]
      return [
        HTMLPage.quotation(label(measures.label)), .text(Self.decimal(measures.precision)),
        .text(Self.decimal(measures.recall)), .text(Self.decimal(measures.f1)),
        .text(grouped(measures.expected)), Markup.text(grouped(measures.predicted)),
      ]
    }
    let mean = [
      Markup.text("(mean)"), .text(Self.decimal(counts.macroPrecision)),
      .text(Self.decimal(counts.macroRecall)), .text(Self.decimal(counts.macroF1)),
      .text(grouped(shown.count)), .text(grouped(shown.count)),
    ]
    return .element(
      "section", [:],
      [
        .element("h2", text: "Labels"),
        listed.count == labels.count
          ? .empty
          : .element(
            "p", ["class": "note"],
            text:
              "The \(grouped(listed.count)) of \(counted(labels.count, "label")) that most mistakes are about."
          ),
        HTMLPage.table(
          ["Label", "Precision", "Recall", "F1", "Rows", "Predicted"], numeric: [1, 2, 3, 4, 5],
          rows: rows + [mean]),
      ])
  }

  /// The most characters of a row's texts that are shown.
  static let textLimit = 400

  /// A text on one line, cut at its end if it is long.
  static func cut(_ text: String, to limit: Int) -> String {
    // What counts is what is stored, as a single character may have any number of marks on it.
    let scalars = text.unicodeScalars
    var result = ""
    for scalar in scalars.prefix(limit) {
      result.unicodeScalars.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
    }
    return scalars.dropFirst(limit).isEmpty ? result : result + "…"
  }
}
