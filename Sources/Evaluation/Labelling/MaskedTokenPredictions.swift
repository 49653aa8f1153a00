import Foundation

/// What a model said of hidden tokens, beside what they are.
public struct MaskedTokenPredictions: Sendable {
  private let hits: Int
  /// Of the expected tokens, added up.
  private let logProbability: Double
  public let count: Int

  /// - Parameters:
  ///   - predicted: the most probable token of each place.
  ///   - expected: the one that stands there.
  ///   - logProbabilities: the natural logarithm of the probability that the expected one was given.
  /// - Throws: `PredictionError` when the lengths differ.
  public init(predicted: [Int], expected: [Int], logProbabilities: [Float]) throws(PredictionError) {
    try PredictionError.check("predicted", predicted.count, "expected", expected.count)
    try PredictionError.check("logProbabilities", logProbabilities.count, "expected", expected.count)
    hits = zip(predicted, expected).count { $0 == $1 }
    logProbability = logProbabilities.reduce(0.0) { $0 + Double($1) }
    count = expected.count
  }

  /// The share of places whose most probable token is the expected one.
  public var accuracy: Double? { count > 0 ? Double(hits) / Double(count) : nil }

  /// e to the mean cross-entropy: among how many equally probable tokens the model is left to choose.
  public var perplexity: Double? { count > 0 ? exp(-logProbability / Double(count)) : nil }
}
