import Evaluation
import Testing

@Suite("Classification measures") struct ClassificationTests {
  @Test("a hand-made example gives the figures worked out on paper") func byHand() throws {
    // expected 1: three, two of them found; predicted 1: three, two of them right.
    let counts = try LabelCounts(predicted: [1, 1, 0, 1, 0], expected: [1, 1, 1, 0, 0], classCount: 2)
    #expect(counts.accuracy == 0.6)
    #expect(counts.precision(of: 1) == 2.0 / 3)
    #expect(counts.recall(of: 1) == 2.0 / 3)
    #expect(counts.f1(of: 1) == 2.0 / 3)
    #expect(counts.f1(of: 0) == 0.5)
    #expect(abs(try #require(counts.macroF1) - 7.0 / 12) < 1e-15)
    #expect(counts.microF1 == counts.accuracy)
    // (tp·tn − fp·fn) / √((tp+fp)(tp+fn)(tn+fp)(tn+fn)) = (2·1 − 1·1) / √(3·3·2·2)
    #expect(abs(try #require(counts.matthewsCorrelation) - 1.0 / 6) < 1e-15)
  }

  @Test("a confusion matrix has expected labels as rows") func confusion() throws {
    let matrix = try ConfusionMatrix(predicted: [2, 0, 2, 1], expected: [0, 0, 2, 2], classCount: 3)
    let rows = (0..<3).map { expected in (0..<3).map { matrix[expected: expected, predicted: $0] } }
    #expect(rows == [[1, 0, 1], [0, 0, 0], [0, 1, 1]])
  }

  @Test("a confusion matrix of a billion labels takes room for its examples alone") func manyLabels() throws {
    let last = 999_999_999
    let matrix = try ConfusionMatrix(predicted: [last, 0, last], expected: [0, 0, 0], classCount: last + 1)
    #expect(matrix[expected: 0, predicted: last] == 2)
    #expect(matrix[expected: last, predicted: 0] == 0)
  }

  @Test("no examples give no figure, one-sided ones give zero, and never NaN") func degenerate() throws {
    let none = try LabelCounts(predicted: [], expected: [], classCount: 2)
    #expect(none.accuracy == nil)
    #expect(none.macroF1 == nil)
    #expect(none.microF1 == nil)
    #expect(none.matthewsCorrelation == nil)
    #expect(none.perLabel.map(\.f1) == [0, 0])

    let constant = try LabelCounts(predicted: [0, 0, 0], expected: [0, 1, 0], classCount: 2)
    #expect(constant.matthewsCorrelation == 0)
    #expect(constant.precision(of: 1) == 0)
    #expect(constant.f1(of: 1) == 0)
    let right = try LabelCounts(predicted: [1, 1], expected: [1, 1], classCount: 3)
    #expect(right.matthewsCorrelation == 0)
    #expect(right.macroF1 == 1)
  }

  @Test("arrays that do not belong together are refused with the place") func refused() {
    #expect(throws: PredictionError.differentCounts("predicted", 1, "expected", 2)) {
      try LabelCounts(predicted: [0], expected: [0, 1], classCount: 2)
    }
    #expect(throws: PredictionError.unknownClass(2, array: "expected", index: 1, classCount: 2)) {
      try ConfusionMatrix(predicted: [0, 0], expected: [0, 2], classCount: 2)
    }
    #expect(throws: PredictionError.unknownClass(-1, array: "predicted", index: 0, classCount: 2)) {
      try ClassPredictions(predicted: [-1], expected: [0], classCount: 2)
    }
    #expect(throws: PredictionError.self) {
      try ClassPredictions(predicted: [1], expected: [0], classCount: 2, probabilities: [1])
    }
  }
}
