import Tasks

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An answer that was found in a context.
public struct AnswerSpan: Sendable, Equatable {
  /// In bytes of UTF-8 of the context.
  public let source: Range<Int>
  /// Of its first token, times that of its last.
  public let probability: Float

  /// The most tokens of an answer, as in BERT's evaluation on SQuAD.
  static let longest = 30

  /// The most probable stretch of tokens; nil where the context has none.
  ///
  /// - Parameters:
  ///   - prediction: the logarithms of the probabilities of each token to be the first and the last.
  ///   - marks: the tokens; in a window of a context the first is no token of it and says "not here".
  init?(_ prediction: [Float], marks: ArraySlice<Mark>) {
    var best: (first: Int, last: Int, score: Float)?
    for first in (marks.first?.token == 0 ? 1 : 0)..<max(marks.count, 1) where first < marks.count {
      for last in first..<min(first + Self.longest, marks.count) {
        let score = prediction[2 * first] + prediction[2 * last + 1]
        if score > best?.score ?? -.infinity { best = (first, last, score) }
      }
    }
    guard let best else { return nil }
    let start = marks[marks.startIndex + best.first].source.lowerBound
    let end = marks[marks.startIndex + best.last].source.upperBound
    source = Int(start)..<max(Int(end), Int(start))
    probability = exp(best.score)
  }
}

extension Examples {
  /// The answer for each row, the most probable of all windows of its context, and its text; nil where the context has no token.
  ///
  /// - Parameter predictions: of each example, as `Predictor` gives them for a task that asks for a part of a text.
  public func answers(_ predictions: [[Float]]) -> [(text: String, span: AnswerSpan)?] {
    rowGroups.map { windows in
      var best: AnswerSpan?
      for window in windows {
        guard let span = AnswerSpan(predictions[window], marks: marks(of: window)) else { continue }
        if span.probability > best?.probability ?? -1 { best = span }
      }
      return best.map { (context(of: windows.lowerBound).part($0.source), $0) }
    }
  }
}
