/// How often each label was predicted as each other: rows are the expected labels, columns the predicted
/// ones.
public struct ConfusionMatrix: Sendable, Equatable {
  public let classCount: Int
  /// Shape `[classCount × classCount]`, row-major, expected before predicted.
  public private(set) var counts: [Int]

  /// - Throws: `PredictionError` when the lengths differ or an id is not in 0 ..< `classCount`.
  public init(predicted: [Int], expected: [Int], classCount: Int) throws(PredictionError) {
    try checkClassIDs(predicted: predicted, expected: expected, classCount: classCount)
    self.init(checked: zip(predicted, expected), classCount: classCount)
  }

  /// The matrix of predictions that were checked when they were made.
  public init(_ predictions: ClassPredictions) {
    self.init(checked: zip(predictions.predicted, predictions.expected), classCount: predictions.classCount)
  }

  private init(checked pairs: Zip2Sequence<[Int], [Int]>, classCount: Int) {
    self.classCount = classCount
    counts = Array(repeating: 0, count: classCount * classCount)
    for (guess, truth) in pairs { counts[truth * classCount + guess] += 1 }
  }

  /// How many examples of the label `expected` were predicted as `predicted`.
  public subscript(expected expected: Int, predicted predicted: Int) -> Int {
    counts[expected * classCount + predicted]
  }
}
