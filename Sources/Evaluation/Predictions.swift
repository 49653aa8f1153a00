/// What a model said beside what was right: everything that a metric can be computed from.
public enum Predictions: Sendable {
  /// One class of several for each example.
  case classes(ClassPredictions)
  /// One real number for each example.
  case scores(ScorePredictions)
  /// A ranked list of candidates for each query.
  case rankings([RankedQuery])

  /// What kind these are, to be compared with what a metric reads.
  public var kind: PredictionKind {
    switch self {
    case .classes(let predictions): .classes(count: predictions.classCount)
    case .scores: .scores
    case .rankings: .rankings
    }
  }

  /// How many examples, or queries, these are.
  public var count: Int {
    switch self {
    case .classes(let predictions): predictions.predicted.count
    case .scores(let predictions): predictions.predicted.count
    case .rankings(let queries): queries.count
    }
  }
}

/// The kind of a task's predictions, known before there are any.
public enum PredictionKind: Sendable, Equatable, CustomStringConvertible {
  case classes(count: Int)
  case scores
  case rankings

  public var description: String {
    switch self {
    case .classes(let count): "\(count) classes"
    case .scores: "scores"
    case .rankings: "rankings"
    }
  }
}

/// Predicted and expected class ids, 0 ..< `classCount`, example by example.
public struct ClassPredictions: Sendable {
  public let predicted: [Int]
  public let expected: [Int]
  public let classCount: Int
  /// Shape `[examples × classCount]`, row-major: what the model gave each class. Nil when only the choice
  /// is known.
  public let probabilities: [Float]?
  /// The counts that the measures of classification are made of.
  public let counts: LabelCounts

  /// - Throws: `PredictionError` when the lengths differ or an id is not in 0 ..< `classCount`.
  public init(
    predicted: [Int], expected: [Int], classCount: Int, probabilities: [Float]? = nil
  ) throws(PredictionError) {
    counts = try LabelCounts(predicted: predicted, expected: expected, classCount: classCount)
    if let probabilities {
      try PredictionError.check(
        "probabilities", probabilities.count, "examples × classes", predicted.count * classCount)
    }
    self.predicted = predicted
    self.expected = expected
    self.classCount = classCount
    self.probabilities = probabilities
  }
}

/// Predicted and expected real numbers, example by example.
public struct ScorePredictions: Sendable {
  public let predicted: [Double]
  public let expected: [Double]

  /// - Throws: `PredictionError` when the lengths differ.
  public init(predicted: [Double], expected: [Double]) throws(PredictionError) {
    try PredictionError.check("predicted", predicted.count, "expected", expected.count)
    self.predicted = predicted
    self.expected = expected
  }
}
