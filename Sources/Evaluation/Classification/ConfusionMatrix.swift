/// How often each label was predicted as each other: rows are the expected labels, columns the predicted
/// ones. It takes room for what occurs alone, as a task may have a million labels.
public struct ConfusionMatrix: Sendable, Equatable {
  private struct Cell: Hashable {
    let expected: Int
    let predicted: Int
  }

  public let classCount: Int
  private var cells: [Cell: Int] = [:]

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
    for (guess, truth) in pairs { cells[Cell(expected: truth, predicted: guess), default: 0] += 1 }
  }

  /// How many examples of the label `expected` were predicted as `predicted`.
  public subscript(expected expected: Int, predicted predicted: Int) -> Int {
    cells[Cell(expected: expected, predicted: predicted)] ?? 0
  }
}
