/// One named figure that predictions are judged by.
///
///     let metric = try Metric.named("ndcg@10")
///     let value = try metric.value(for: .rankings(queries))
public struct Metric: Sendable {
  /// As it is written in task files and tables, with its cut-off: `ndcg@10`.
  public let name: String
  /// One line that says what it is.
  public let summary: String
  /// What it reads.
  public let input: Input
  /// Whether a higher value is a better model: false for errors.
  public let higherIsBetter: Bool
  private let measure: @Sendable (Predictions) -> Double?

  /// What a metric reads.
  public enum Input: String, Sendable, CustomStringConvertible {
    /// Predicted classes, however many there are, of texts or of words.
    case classes
    /// Predicted classes, or sets of labels.
    case labels = "classes or sets of labels"
    case labelSets = "sets of labels"
    /// Predicted classes of which there are two; class 1 is the positive one.
    case twoClasses = "two classes"
    case scores
    case rankings
    /// Labels of words that make entities.
    case entities
    /// Texts that answer questions.
    case answers
    /// Tokens that were hidden.
    case maskedTokens = "hidden tokens"

    public var description: String { rawValue }

    func accepts(_ kind: PredictionKind) -> Bool {
      switch (self, kind) {
      case (.classes, .classes), (.classes, .tags), (.scores, .scores), (.rankings, .rankings),
        (.answers, .answers), (.maskedTokens, .maskedTokens):
        true
      case (.labels, .classes), (.labels, .tags), (.labels, .labelSets), (.labelSets, .labelSets): true
      case (.entities, .tags(let haveEntities)): haveEntities
      case (.twoClasses, .classes(let count)): count == 2
      default: false
      }
    }
  }

  /// A metric of one's own.
  ///
  /// - Parameter measure: the figure, or nil where it is not defined (no examples). It is called with
  ///   predictions of the kind that `input` says and no others.
  public init(
    name: String, summary: String, input: Input, higherIsBetter: Bool = true,
    measure: @escaping @Sendable (Predictions) -> Double?
  ) {
    self.name = name
    self.summary = summary
    self.input = input
    self.higherIsBetter = higherIsBetter
    self.measure = measure
  }

  /// The figure, nil where it is not defined: no examples, or scores that are infinite or NaN.
  ///
  /// - Throws: `MetricError.wrongInput` when the metric reads another kind of predictions.
  public func value(for predictions: Predictions) throws(MetricError) -> Double? {
    try check(reads: predictions.kind)
    return measure(predictions)
  }

  /// Makes sure that the metric suits a task's predictions, before there are any.
  ///
  /// - Throws: `MetricError.wrongInput`.
  public func check(reads kind: PredictionKind) throws(MetricError) {
    guard input.accepts(kind) else { throw .wrongInput(metric: name, reads: input, given: kind) }
  }
}
