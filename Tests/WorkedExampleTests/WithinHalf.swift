import Evaluation

extension Metric {
  /// The share of scores that are at most half a point off.
  static let withinHalf = Metric(
    name: "within-half", summary: "share of scores at most half a point off", input: .scores
  ) { predictions in
    guard case .scores(let scores) = predictions, !scores.predicted.isEmpty else { return nil }
    let hits = zip(scores.predicted, scores.expected).count { abs($0 - $1) <= 0.5 }
    return Double(hits) / Double(scores.predicted.count)
  }
}
