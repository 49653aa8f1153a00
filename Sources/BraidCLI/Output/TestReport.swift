import CommandLineOptions
import Evaluation
import Foundation
import Tasks
import Training
import Wording

/// What `braid test` found, for people and for programs.
struct TestReport {
  let task: TaskDefinition
  let file: String
  let uncalibrated: LabelledProbabilities
  /// Nil when none was fitted.
  let temperature: Double?
  /// The most labels that a row is given, and how probable they must be.
  let limit: Int
  let threshold: Double
  let abstention: Double?
  let binCount: Int
  let showsLabels: Bool
  let showsConfusion: Bool
  /// As `braid classify` prints them.
  private let shown: LabelledProbabilities

  init(
    task: TaskDefinition, file: String, uncalibrated: LabelledProbabilities, temperature: Double?, limit: Int,
    threshold: Double, abstention: Double?, binCount: Int, showsLabels: Bool, showsConfusion: Bool
  ) {
    self.task = task
    self.file = file
    self.uncalibrated = uncalibrated
    self.temperature = temperature
    self.limit = limit
    self.threshold = threshold
    self.abstention = abstention
    self.binCount = binCount
    self.showsLabels = showsLabels
    self.showsConfusion = showsConfusion
    shown = temperature.map { uncalibrated.scaled(by: $0) } ?? uncalibrated
  }

  /// The shares of the rows at which accuracy is shown.
  private static let coverages = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]

  private var coverage: CoverageCurve { CoverageCurve(shown) }

  private func reliability(_ examples: LabelledProbabilities) -> Reliability {
    Reliability(examples, binCount: binCount)
  }

  private var counts: LabelCounts {
    get throws {
      try LabelCounts(predicted: shown.predicted, expected: shown.expected, classCount: shown.classCount)
    }
  }

  private var matrix: ConfusionMatrix {
    get throws {
      try ConfusionMatrix(predicted: shown.predicted, expected: shown.expected, classCount: shown.classCount)
    }
  }
}

// MARK: - Text

extension TestReport {
  func text() throws -> String {
    let best = shown.top(limit, threshold: threshold)
    // The first lines are fastText's.
    var text = "N\t\(best.examples)\nP@\(limit)\t\(shownFigure(best.precision))\n"
    text += "R@\(limit)\t\(shownFigure(best.recall))\n"
    if let temperature {
      text += "\nWithout calibration: " + reliabilityText(uncalibrated)
      text += "\nAt temperature \(shownFigure(temperature)): " + reliabilityText(shown)
    } else {
      text += "\n" + reliabilityText(shown)
    }
    text += "\n" + coverageText()
    if showsLabels { text += try "\n" + labelText() }
    if showsConfusion { text += try "\n" + confusionText() }
    return text
  }

  private func reliabilityText(_ examples: LabelledProbabilities) -> String {
    let reliability = reliability(examples)
    var table = TextTable(
      ["Confidence", "Rows", "Mean confidence", "Accuracy"], alignments: [.left, .right, .right, .right])
    for bin in reliability.bins where bin.count > 0 {
      table.add([
        "\(shownFigure(bin.lower, decimals: 3)) to \(shownFigure(bin.upper, decimals: 3))",
        grouped(bin.count),
        shownFigure(bin.confidence), shownFigure(bin.accuracy),
      ])
    }
    return "expected calibration error \(shownFigure(reliability.expectedCalibrationError)), "
      + "negative log likelihood \(shownFigure(examples.negativeLogLikelihood))\n" + table.render()
  }

  private func coverageText() -> String {
    let curve = coverage
    var table = TextTable(
      ["Answered", "Rows", "--abstain", "Accuracy"], alignments: [.right, .right, .right, .right])
    for point in Self.coverages.map(curve.point(coverage:)).removingRepeats() {
      table.add([
        shownShare(point.coverage), grouped(point.answered), shownThreshold(point.threshold),
        shownFigure(point.accuracy),
      ])
    }
    var text = "accuracy over coverage: the most confident answers alone\n" + table.render()
    if let abstention {
      let point = curve.point(threshold: abstention)
      text +=
        "--abstain \(abstention): \(grouped(point?.answered ?? 0)) of \(counted(shown.count, "row")) answered "
      text += "(\(shownShare(point?.coverage ?? 0))), accuracy \(shownFigure(point?.accuracy))\n"
    }
    return text
  }

  private func labelText() throws -> String {
    let counts = try counts
    var table = TextTable(
      ["Label", "Precision", "Recall", "F1", "Rows", "Predicted"],
      alignments: [.left, .right, .right, .right, .right, .right])
    for label in counts.perLabel {
      table.add([
        task.labels[label.label], shownFigure(label.precision), shownFigure(label.recall),
        shownFigure(label.f1),
        grouped(label.expected), grouped(label.predicted),
      ])
    }
    table.add([
      "(mean)", shownFigure(counts.macroPrecision), shownFigure(counts.macroRecall),
      shownFigure(counts.macroF1),
      grouped(shown.count), grouped(shown.count),
    ])
    return table.render()
  }

  private func confusionText() throws -> String {
    let matrix = try matrix
    let labels = task.labels.map { truncated($0, to: 20) }
    var table = TextTable(
      ["expected \\ predicted"] + labels, alignments: [.left] + labels.map { _ in .right })
    for expected in labels.indices {
      table.add(
        [labels[expected]] + labels.indices.map { grouped(matrix[expected: expected, predicted: $0]) })
    }
    return table.render()
  }

  private func shownShare(_ share: Double) -> String { String(format: "%.1f%%", 100 * share) }

  /// Rounded down, so that the row it is of stays answered.
  private func shownThreshold(_ threshold: Double) -> String {
    String(format: "%.4f", (threshold * 10_000).rounded(.down) / 10_000)
  }
}

extension [CoverageCurve.Point?] {
  /// The points there are, without those that are like the one before.
  fileprivate func removingRepeats() -> [CoverageCurve.Point] {
    var points: [CoverageCurve.Point] = []
    for case let point? in self where point != points.last { points.append(point) }
    return points
  }
}

// MARK: - JSON

extension TestReport {
  func json() throws -> JSONValue {
    let best = shown.top(limit, threshold: threshold)
    var members: [JSONValue.Member] = [
      .init("task", .text(task.name)), .init("file", .text(file)), .init("n", .number(best.examples)),
      .init("k", .number(limit)), .init("precision", .number(best.precision)),
      .init("recall", .number(best.recall)), .init("accuracy", .number(shown.accuracy)),
      .init("macroF1", .number(try counts.macroF1)),
    ]
    if temperature != nil { members.append(.init("uncalibrated", calibration(uncalibrated, temperature: 1))) }
    members.append(.init("calibration", calibration(shown, temperature: temperature ?? 1)))
    let curve = coverage
    members.append(
      .init("coverage", .list(Self.coverages.map(curve.point(coverage:)).removingRepeats().map(\.encoded))))
    if let abstention {
      let point = curve.point(threshold: abstention)
      members.append(
        .init(
          "abstention",
          .object([
            .init("threshold", .number(abstention)), .init("answered", .number(point?.answered ?? 0)),
            .init("coverage", .number(point?.coverage ?? 0)), .init("accuracy", .number(point?.accuracy)),
          ])))
    }
    if showsLabels { members.append(.init("labels", .list(try counts.perLabel.map(encoded)))) }
    if showsConfusion {
      let matrix = try matrix
      let ids = task.labels.indices
      members.append(
        .init(
          "confusion",
          .object([
            .init("labels", .list(task.labels.map { .text($0) })),
            .init(
              "rows",
              .list(
                ids.map { expected in
                  .list(ids.map { .number(matrix[expected: expected, predicted: $0]) })
                })),
          ])))
    }
    return .object(members)
  }

  private func calibration(_ examples: LabelledProbabilities, temperature: Double) -> JSONValue {
    let reliability = reliability(examples)
    let bins = reliability.bins.filter { $0.count > 0 }.map { bin in
      JSONValue.object([
        .init("from", .number(bin.lower)), .init("to", .number(bin.upper)), .init("n", .number(bin.count)),
        .init("confidence", .number(bin.confidence)), .init("accuracy", .number(bin.accuracy)),
      ])
    }
    return .object([
      .init("temperature", .number(temperature)),
      .init("expectedCalibrationError", .number(reliability.expectedCalibrationError)),
      .init("negativeLogLikelihood", .number(examples.negativeLogLikelihood)), .init("bins", .list(bins)),
    ])
  }

  private func encoded(_ label: LabelMeasures) -> JSONValue {
    .object([
      .init("label", .text(task.labels[label.label])), .init("precision", .number(label.precision)),
      .init("recall", .number(label.recall)), .init("f1", .number(label.f1)),
      .init("n", .number(label.expected)),
      .init("predicted", .number(label.predicted)),
    ])
  }
}

extension CoverageCurve.Point {
  fileprivate var encoded: JSONValue {
    .object([
      .init("coverage", .number(coverage)), .init("answered", .number(answered)),
      .init("threshold", .number(threshold)), .init("accuracy", .number(accuracy)),
    ])
  }
}
