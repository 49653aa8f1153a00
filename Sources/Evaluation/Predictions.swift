/// What a model said beside what was right: everything that a metric can be computed from.
public enum Predictions: Sendable {
  /// One class of several for each example.
  case classes(ClassPredictions)
  /// One real number for each example.
  case scores(ScorePredictions)
  /// A ranked list of candidates for each query.
  case rankings([RankedQuery])
  /// A class for each word of each example.
  case tags(TagPredictions)
  /// A set of labels for each example.
  case labelSets(LabelSetPredictions)
  /// A text for each question.
  case answers(AnswerPredictions)
  /// A token for each that was hidden.
  case maskedTokens(MaskedTokenPredictions)

  /// What kind these are, to be compared with what a metric reads.
  public var kind: PredictionKind {
    switch self {
    case .classes(let predictions): .classes(count: predictions.classCount)
    case .scores: .scores
    case .rankings: .rankings
    case .tags(let predictions): .tags(haveEntities: predictions.entities != nil)
    case .labelSets: .labelSets
    case .answers: .answers
    case .maskedTokens: .maskedTokens
    }
  }

  /// What was given one class of several: the examples, or their words.
  var classes: ClassPredictions? {
    switch self {
    case .classes(let predictions): predictions
    case .tags(let predictions): predictions.words
    case .scores, .rankings, .labelSets, .answers, .maskedTokens: nil
    }
  }

  /// How often each label was right, where labels are predicted.
  var labelCounts: LabelCounts? {
    if case .labelSets(let predictions) = self { return predictions.counts }
    return classes?.counts
  }

  /// How many examples, queries or hidden tokens these are.
  public var count: Int {
    switch self {
    case .classes(let predictions): predictions.predicted.count
    case .scores(let predictions): predictions.predicted.count
    case .rankings(let queries): queries.count
    case .tags(let predictions): predictions.count
    case .labelSets(let predictions): predictions.count
    case .answers(let predictions): predictions.count
    case .maskedTokens(let predictions): predictions.count
    }
  }
}

/// The kind of a task's predictions, known before there are any.
public enum PredictionKind: Sendable, Equatable, CustomStringConvertible {
  case classes(count: Int)
  case scores
  case rankings
  case tags(haveEntities: Bool)
  case labelSets
  case answers
  case maskedTokens

  public var description: String {
    switch self {
    case .classes(let count): "\(count) classes"
    case .scores: "scores"
    case .rankings: "rankings"
    case .labelSets: "sets of labels"
    case .answers: "answers"
    case .maskedTokens: "hidden tokens"
    case .tags(true): "entities"
    case .tags(false): "words' labels without B- and I-"
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
