import Foundation

/// The class probabilities that a model gave examples whose class is known: what calibration, precision at k and
/// abstention are measured from.
public struct LabelledProbabilities: Sendable, Equatable {
  /// Shape `[examples × classCount]`, row-major.
  public let probabilities: [Float]
  /// The right class of each example.
  public let expected: [Int]
  public let classCount: Int
  /// The most probable class of each example; of equal ones the first.
  public let predicted: [Int]

  /// - Throws: `PredictionError` when the lengths differ, an id is not in 0 ..< `classCount`, or a value is no
  ///   probability.
  public init(probabilities: [Float], expected: [Int], classCount: Int) throws(PredictionError) {
    try PredictionError.check(
      "probabilities", probabilities.count, "examples × classes", expected.count * classCount)
    try PredictionError.check(probabilities: probabilities)
    try PredictionError.check(expected, array: "expected", classCount: classCount)
    self.probabilities = probabilities
    self.expected = expected
    self.classCount = classCount
    predicted = expected.indices.map { example in
      let row = example * classCount..<(example + 1) * classCount
      var best = row.lowerBound
      for index in row where probabilities[index] > probabilities[best] { best = index }
      return best - row.lowerBound
    }
  }

  /// The number of examples.
  public var count: Int { expected.count }

  /// The probabilities of one example.
  public subscript(example: Int) -> ArraySlice<Float> {
    probabilities[example * classCount..<(example + 1) * classCount]
  }

  /// The probability of each example's most probable class.
  public var confidences: [Double] {
    predicted.indices.map { Double(probabilities[$0 * classCount + predicted[$0]]) }
  }

  /// Whether each example's most probable class is the right one.
  public var isRight: [Bool] { zip(predicted, expected).map { $0 == $1 } }

  /// The share of examples whose most probable class is the right one; nil without examples.
  public var accuracy: Double? {
    count == 0 ? nil : Double(isRight.count { $0 }) / Double(count)
  }

  /// The mean of −log p of the right class, in nats; nil without examples. A probability of 0 counts as the smallest
  /// that single precision has, so that the figure is finite: about 103.
  public var negativeLogLikelihood: Double? {
    guard count > 0 else { return nil }
    var sum = 0.0
    for (example, truth) in expected.enumerated() {
      sum -= logProbability(probabilities[example * classCount + truth])
    }
    return sum / Double(count)
  }
}

/// log p, of 0 as of the smallest number above it.
func logProbability(_ probability: Float) -> Double {
  log(Double(max(probability, .leastNonzeroMagnitude)))
}
