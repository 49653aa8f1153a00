import Evaluation
import Wording

/// What a person wants to see of how a classification task did on a file.
package struct ClassificationReport: Sendable {
  /// A row that was given a wrong label.
  package struct Mistake: Sendable, Equatable {
    /// Where the row begins in the file, from 1.
    package var line: Int
    /// One text, or the two of a pair.
    package var texts: [String]
    package var expected: Int
    package var predicted: Int
    /// Of the predicted label, and of the right one.
    package var probability: Double
    package var probabilityOfExpected: Double

    package init(
      line: Int, texts: [String], expected: Int, predicted: Int, probability: Double,
      probabilityOfExpected: Double
    ) {
      self.line = line
      self.texts = texts
      self.expected = expected
      self.predicted = predicted
      self.probability = probability
      self.probabilityOfExpected = probabilityOfExpected
    }
  }

  package let task: String
  package let file: String
  package let checkpoint: String
  package let labels: [String]
  let uncalibrated: LabelledProbabilities
  /// At the temperature, if there is one.
  let shown: LabelledProbabilities
  /// What `braid calibrate` has fitted, if it has.
  package let temperature: Double?
  package let binCount: Int
  /// The most confident first.
  package let mistakes: [Mistake]
  let counts: LabelCounts
  let matrix: ConfusionMatrix

  /// - Parameters:
  ///   - uncalibrated: the rows' probabilities at temperature 1; its classes are `labels`.
  ///   - binCount: of the calibration curve.
  ///   - mistakes: the most confident first.
  /// - Throws: `PredictionError` when the classes are not those of the labels.
  package init(
    task: String, file: String, checkpoint: String, labels: [String], uncalibrated: LabelledProbabilities,
    temperature: Double?, binCount: Int, mistakes: [Mistake]
  ) throws(PredictionError) {
    self.task = task
    self.file = file
    self.checkpoint = checkpoint
    self.labels = labels
    self.uncalibrated = uncalibrated
    self.temperature = temperature
    self.binCount = binCount
    self.mistakes = mistakes
    shown = temperature.map { uncalibrated.scaled(by: $0) } ?? uncalibrated
    counts = try LabelCounts(
      predicted: shown.predicted, expected: shown.expected, classCount: labels.count)
    matrix = try ConfusionMatrix(
      predicted: shown.predicted, expected: shown.expected, classCount: labels.count)
  }

  var wrongCount: Int { shown.isRight.count { !$0 } }

  /// The labels that the picture of the matrix shows, in their order: all, or those that most mistakes are about.
  var drawnLabels: [Int] { mostMistaken(Self.mostLabels) }

  /// All labels, or so many that most mistakes are about.
  func mostMistaken(_ most: Int) -> [Int] {
    guard labels.count > most else { return Array(labels.indices) }
    func wrong(_ label: Int) -> Int {
      counts.expected[label] + counts.predicted[label] - 2 * counts.truePositives[label]
    }
    let order = labels.indices.sorted { (wrong($1), $0) < (wrong($0), $1) }
    return order.prefix(most).sorted()
  }

  /// More rows than these are no picture any more.
  static let mostLabels = 60

  /// A page with a row for each of a million is none that a browser shows.
  static let mostListed = 1000

  /// The matrix as a picture: colours are shares of a row, numbers are counts.
  var confusion: HeatMap {
    let drawn = drawnLabels
    var values: [[Double?]] = []
    var texts: [[String]] = []
    for expected in drawn {
      let row = drawn.map { matrix[expected: expected, predicted: $0] }
      let total = counts.expected[expected]
      values.append(row.map { total == 0 ? nil : Double($0) / Double(total) })
      texts.append(row.map { $0 == 0 ? "" : grouped($0) })
    }
    return HeatMap(
      rows: drawn.map { .init([labels[$0]], note: grouped(counts.expected[$0])) },
      columns: .labels(drawn.map { labels[$0] }), values: values, scale: .sequential(limit: 1),
      noteTitle: "rows", texts: texts,
      // Few labels make a picture about as high as those beside it.
      rowHeight: drawn.count <= 12 ? min(80, max(36, 220 / Double(max(drawn.count, 1)))) : nil)
  }

  /// Bins with fewer rows than these say little.
  static let fewRows = 5

  /// Accuracy at each confidence, beside the line on which the two are equal.
  var calibrationCurve: LineChart {
    func series(_ name: String, _ index: Int, _ examples: LabelledProbabilities) -> LineChart.Series {
      let bins = Reliability(examples, binCount: binCount).bins
      func points(_ bins: [Reliability.Bin]) -> [ChartPoint] {
        bins.compactMap { bin in bin.confidence.map { ChartPoint($0, bin.accuracy) } }
      }
      return LineChart.Series(
        name, style: SeriesStyle(index), line: points(bins.filter { $0.count >= Self.fewRows }),
        dots: points(bins.filter { $0.count < Self.fewRows }), hasMarkers: true)
    }
    let own =
      temperature == nil
      ? [series("as predicted", 0, shown)]
      : [series("before calibration", 1, uncalibrated), series("after calibration", 0, shown)]
    let equal = LineChart.Series(
      "as sure as right", style: .neutral, line: [ChartPoint(0, 0), ChartPoint(1, 1)])
    return LineChart(
      xTitle: "confidence", yTitle: "accuracy", series: own + [equal], xDomain: 0...1, yDomain: 0...1)
  }

  /// Accuracy when only the most confident rows are answered.
  var coverageCurve: LineChart {
    let points = CoverageCurve(shown).points.map { ChartPoint($0.coverage, $0.accuracy) }
    return LineChart(
      xTitle: "share of the rows answered", yTitle: "accuracy",
      series: [LineChart.Series("accuracy", style: SeriesStyle(0), line: points)], xDomain: 0...1)
  }
}
