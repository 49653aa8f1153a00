/// How far confidence and accuracy agree: examples in bins of equal width by their confidence, the probability of the
/// class that was chosen.
///
/// Bin m of M holds the confidences above (m − 1)/M up to m/M; a confidence of 0 is in the first.
public struct Reliability: Sendable, Equatable {
  /// One bin.
  public struct Bin: Sendable, Equatable {
    /// The bin's ends: confidences above the first, up to the second.
    public let lower: Double
    public let upper: Double
    public fileprivate(set) var count = 0
    fileprivate var confidences = 0.0
    fileprivate var right = 0

    /// The mean confidence of the bin's examples; nil when it is empty.
    public var confidence: Double? { count == 0 ? nil : confidences / Double(count) }

    /// The share of the bin's examples that are right; nil when it is empty.
    public var accuracy: Double? { count == 0 ? nil : Double(right) / Double(count) }

    /// |accuracy − confidence|; nil when the bin is empty.
    public var gap: Double? {
      guard let confidence, let accuracy else { return nil }
      return abs(accuracy - confidence)
    }
  }

  /// All bins, the empty ones too, from low to high confidence.
  public let bins: [Bin]
  /// The number of examples.
  public let count: Int

  /// - Parameters:
  ///   - confidences: one an example, from 0 to 1.
  ///   - isRight: whether the class that was chosen is the right one.
  ///   - binCount: at least 1; 15 is what Guo et al. 2017 use.
  /// - Throws: `PredictionError` when the lengths differ or a confidence is no probability.
  public init(confidences: [Double], isRight: [Bool], binCount: Int = 15) throws(PredictionError) {
    try checkConfidences(confidences, isRight: isRight)
    self.init(checked: confidences, isRight: isRight, binCount: binCount)
  }

  private init(checked confidences: [Double], isRight: [Bool], binCount: Int) {
    let width = max(binCount, 1)
    var bins = (0..<width).map {
      Bin(lower: Double($0) / Double(width), upper: Double($0 + 1) / Double(width))
    }
    for (confidence, right) in zip(confidences, isRight) {
      let place = Int((confidence * Double(width)).rounded(.up)) - 1
      let index = min(max(place, 0), width - 1)
      bins[index].count += 1
      bins[index].confidences += confidence
      if right { bins[index].right += 1 }
    }
    self.bins = bins
    count = confidences.count
  }

  /// The reliability of each example's most probable class.
  public init(_ examples: LabelledProbabilities, binCount: Int = 15) {
    self.init(checked: examples.confidences, isRight: examples.isRight, binCount: binCount)
  }

  /// The expected calibration error (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017, eq. 3):
  /// Σₘ (|Bₘ| / n) · |accuracy(Bₘ) − confidence(Bₘ)|. Nil without examples.
  public var expectedCalibrationError: Double? {
    guard count > 0 else { return nil }
    return bins.reduce(0) { $0 + ($1.gap ?? 0) * Double($1.count) } / Double(count)
  }

  /// The greatest gap of a bin that is not empty (Guo et al. 2017, eq. 5). Nil without examples.
  public var maximumCalibrationError: Double? { bins.compactMap(\.gap).max() }
}

/// One confidence an answer, each a probability.
func checkConfidences(_ confidences: [Double], isRight: [Bool]) throws(PredictionError) {
  try PredictionError.check("confidences", confidences.count, "isRight", isRight.count)
  try PredictionError.check(probabilities: confidences)
}
