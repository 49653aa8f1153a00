/// For each label, how often it was right, predicted and expected: all that accuracy, precision, recall, F1
/// and the Matthews correlation need, in memory linear in the number of labels.
public struct LabelCounts: Sendable, Equatable {
  /// `[labels]`: examples of the label that were predicted as it.
  public private(set) var truePositives: [Int]
  /// `[labels]`: examples predicted as the label.
  public private(set) var predicted: [Int]
  /// `[labels]`: examples of the label, its support.
  public private(set) var expected: [Int]
  /// All examples.
  public let total: Int
  /// Whether an example has any number of labels.
  let areOfSets: Bool

  /// - Throws: `PredictionError` when the lengths differ or an id is not in 0 ..< `classCount`.
  public init(predicted: [Int], expected: [Int], classCount: Int) throws(PredictionError) {
    try checkClassIDs(predicted: predicted, expected: expected, classCount: classCount)
    self.truePositives = Array(repeating: 0, count: classCount)
    self.predicted = Array(repeating: 0, count: classCount)
    self.expected = Array(repeating: 0, count: classCount)
    total = predicted.count
    areOfSets = false
    for (guess, truth) in zip(predicted, expected) {
      self.predicted[guess] += 1
      self.expected[truth] += 1
      if guess == truth { truePositives[guess] += 1 }
    }
  }

  /// Of sets of labels.
  init(
    predictedSets: [[Int]], expectedSets: [[Int]], labelCount: Int
  ) throws(PredictionError) {
    guard predictedSets.count == expectedSets.count else {
      throw .differentCounts("predicted", predictedSets.count, "expected", expectedSets.count)
    }
    truePositives = Array(repeating: 0, count: labelCount)
    predicted = truePositives
    expected = truePositives
    total = predictedSets.count
    areOfSets = true
    for (index, (guess, truth)) in zip(predictedSets, expectedSets).enumerated() {
      for (name, labels) in [("predicted", guess), ("expected", truth)] {
        if let label = labels.first(where: { !(0..<labelCount).contains($0) }) {
          throw .unknownClass(label, array: name, index: index, classCount: labelCount)
        }
      }
      for label in guess { predicted[label] += 1 }
      for label in truth { expected[label] += 1 }
      for label in Set(guess).intersection(truth) { truePositives[label] += 1 }
    }
  }

  public var classCount: Int { truePositives.count }
}

/// Every id of both arrays is in 0 ..< `classCount` and the arrays have one length.
func checkClassIDs(predicted: [Int], expected: [Int], classCount: Int) throws(PredictionError) {
  try PredictionError.check("predicted", predicted.count, "expected", expected.count)
  try PredictionError.check(predicted, array: "predicted", classCount: classCount)
  try PredictionError.check(expected, array: "expected", classCount: classCount)
}
