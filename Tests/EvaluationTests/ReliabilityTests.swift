import Evaluation
import Testing

@Suite("Confidence against accuracy") struct ReliabilityTests {
  @Test("expected calibration error of a hand-made example")
  func byHand() throws {
    // Of ten bins: (0.6, 0.7] holds two with one right, (0.9, 1] two with both right.
    let reliability = try Reliability(
      confidences: [0.65, 0.95, 0.63, 1], isRight: [true, true, false, true], binCount: 10)
    #expect(reliability.bins.map(\.count) == [0, 0, 0, 0, 0, 0, 2, 0, 0, 2])
    #expect(reliability.bins[6].accuracy == 0.5)
    #expect(abs(try #require(reliability.bins[6].confidence) - 0.64) < 1e-15)
    #expect(reliability.bins[0].accuracy == nil && reliability.bins[0].gap == nil)
    // 2/4 · |0.5 − 0.64| + 2/4 · |1 − 0.975|
    #expect(abs(try #require(reliability.expectedCalibrationError) - 0.0825) < 1e-15)
    #expect(abs(try #require(reliability.maximumCalibrationError) - 0.14) < 1e-15)
  }

  @Test("a confidence on the edge of two bins belongs to the lower one, 0 to the first, 1 to the last")
  func edges() throws {
    let reliability = try Reliability(
      confidences: [0, 0.25, 0.250001, 0.5, 1], isRight: [false, true, true, true, true], binCount: 4)
    #expect(reliability.bins.map(\.count) == [2, 2, 0, 1])
    #expect(reliability.bins.map(\.lower) == [0, 0.25, 0.5, 0.75])
    #expect(reliability.bins.map(\.upper) == [0.25, 0.5, 0.75, 1])
  }

  @Test("no examples give no figures; what is no probability is refused with its place")
  func degenerate() throws {
    let none = try Reliability(confidences: [], isRight: [])
    #expect(none.expectedCalibrationError == nil && none.maximumCalibrationError == nil)
    #expect(none.bins.count == 15)
    #expect(throws: PredictionError.differentCounts("confidences", 1, "isRight", 0)) {
      try Reliability(confidences: [0.5], isRight: [])
    }
    #expect(throws: PredictionError.self) { try Reliability(confidences: [.nan], isRight: [true]) }
    #expect(throws: PredictionError.notAProbability(1.5, index: 1)) {
      try LabelledProbabilities(probabilities: [0.5, 1.5], expected: [0], classCount: 2)
    }
    #expect(throws: PredictionError.notAProbability(-0.5, index: 0)) {
      try LabelledProbabilities(probabilities: [-0.5, 0.5], expected: [0], classCount: 2)
    }
    #expect(throws: PredictionError.unknownClass(2, array: "expected", index: 0, classCount: 2)) {
      try LabelledProbabilities(probabilities: [0.5, 0.5], expected: [2], classCount: 2)
    }
  }

  @Test("accuracy over coverage answers equal confidences together")
  func coverage() throws {
    let curve = try CoverageCurve(
      confidences: [0.5, 0.9, 0.7, 0.7, 0.6], isRight: [false, true, true, false, true])
    #expect(curve.points.map(\.threshold) == [0.9, 0.7, 0.6, 0.5])
    #expect(curve.points.map(\.answered) == [1, 3, 4, 5])
    #expect(curve.points.map(\.right) == [1, 2, 3, 3])
    #expect(curve.points.map(\.coverage) == [0.2, 0.6, 0.8, 1])
    #expect(curve.point(coverage: 0.4)?.answered == 3)
    #expect(curve.point(coverage: 1)?.accuracy == 0.6)
    #expect(curve.point(coverage: 2)?.answered == 5)
    #expect(curve.point(coverage: 0)?.answered == 1)
    #expect(curve.point(threshold: 0.7)?.answered == 3)
    #expect(curve.point(threshold: 0.65)?.answered == 3)
    #expect(curve.point(threshold: 0.91) == nil)
    #expect(try CoverageCurve(confidences: [], isRight: []).point(coverage: 0.5) == nil)
  }

  /// Three examples of three classes.
  private let examples = try? LabelledProbabilities(
    probabilities: [0.5, 0.3, 0.2, 0.25, 0.25, 0.5, 0.4, 0.4, 0.2], expected: [1, 1, 0], classCount: 3)

  @Test("precision and recall at k, with a threshold, and with equal probabilities")
  func top() throws {
    let examples = try #require(examples)
    #expect(examples.predicted == [0, 2, 0])
    #expect(examples.confidences == [0.5, 0.5, Double(Float(0.4))])
    let one = examples.top(1)
    #expect(one.given == 3 && one.right == 1)
    #expect(one.precision == 1.0 / 3 && one.recall == 1.0 / 3)
    // Of the second example the classes 0 and 1 are equal, and class 0 goes first.
    let two = examples.top(2)
    #expect(two.given == 6 && two.right == 2)
    let all = examples.top(10)
    #expect(all.given == 9 && all.right == 3 && all.precision == 1.0 / 3 && all.recall == 1)
    let sure = examples.top(3, threshold: 0.3)
    #expect(sure.given == 5 && sure.right == 2)
    let none = examples.top(1, threshold: 0.9)
    #expect(none.given == 0 && none.precision == 0 && none.recall == 0)
    let empty = try LabelledProbabilities(probabilities: [], expected: [], classCount: 3)
    #expect(empty.top(1).precision == nil && empty.top(1).recall == nil && empty.accuracy == nil)
    #expect(empty.negativeLogLikelihood == nil)
  }
}
