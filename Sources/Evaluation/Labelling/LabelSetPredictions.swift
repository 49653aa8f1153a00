/// Predicted and expected sets of labels, example by example.
public struct LabelSetPredictions: Sendable {
  /// How many examples there are.
  public let count: Int
  /// Examples whose labels were all predicted, and no others.
  public let exactMatches: Int
  /// The counts that the measures of single labels are made of.
  public let counts: LabelCounts

  /// - Parameters:
  ///   - predicted: for each example the ids of its labels, each once.
  ///   - labelCount: how many labels there are.
  /// - Throws: `PredictionError` when the lengths differ or an id is not in 0 ..< `labelCount`.
  public init(predicted: [[Int]], expected: [[Int]], labelCount: Int) throws(PredictionError) {
    counts = try LabelCounts(predictedSets: predicted, expectedSets: expected, labelCount: labelCount)
    count = predicted.count
    exactMatches = zip(predicted, expected).count { Set($0) == Set($1) }
  }

  /// The share of examples whose labels are all right: scikit-learn's accuracy of sets.
  var accuracy: Double? { count > 0 ? Double(exactMatches) / Double(count) : nil }
}
