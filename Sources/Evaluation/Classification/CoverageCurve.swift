/// What accuracy is to be had by answering only when confident, and for how many examples: accuracy over coverage, the
/// complement of the risk-coverage curve (El-Yaniv & Wiener 2010, section 2).
///
/// An example is answered when its confidence is at least the threshold. With A the answered ones of n examples,
/// coverage is |A| / n and accuracy the share of A that is right.
public struct CoverageCurve: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    /// The lowest confidence that is answered.
    public let threshold: Double
    /// How many examples are answered, at least one.
    public let answered: Int
    /// How many of these are right.
    public let right: Int
    /// |A| / n.
    public let coverage: Double

    public var accuracy: Double { Double(right) / Double(answered) }
  }

  /// One for each confidence that occurs, from high to low; the last answers every example. Empty without examples.
  public let points: [Point]

  /// - Parameters:
  ///   - confidences: one an example, from 0 to 1.
  ///   - isRight: whether the class that was chosen is the right one.
  /// - Throws: `PredictionError` when the lengths differ or a confidence is no probability.
  public init(confidences: [Double], isRight: [Bool]) throws(PredictionError) {
    try checkConfidences(confidences, isRight: isRight)
    self.init(checked: confidences, isRight: isRight)
  }

  private init(checked confidences: [Double], isRight: [Bool]) {
    let order = confidences.indices.sorted { (confidences[$1], $0) < (confidences[$0], $1) }
    var points: [Point] = []
    var right = 0
    for (place, example) in order.enumerated() {
      if isRight[example] { right += 1 }
      // Examples of one confidence are answered together or not at all.
      if place + 1 < order.count, confidences[order[place + 1]] == confidences[example] { continue }
      points.append(
        Point(
          threshold: confidences[example], answered: place + 1, right: right,
          coverage: Double(place + 1) / Double(order.count)))
    }
    self.points = points
  }

  /// The curve of each example's most probable class.
  public init(_ examples: LabelledProbabilities) {
    self.init(checked: examples.confidences, isRight: examples.isRight)
  }

  /// The fewest answers that cover at least this share of the examples; nil without examples. A share above 1 is
  /// taken as 1.
  public func point(coverage: Double) -> Point? {
    points.first { $0.coverage >= coverage } ?? points.last
  }

  /// What is answered at a threshold; nil when no example is that confident.
  public func point(threshold: Double) -> Point? {
    points.last { $0.threshold >= threshold }
  }
}
