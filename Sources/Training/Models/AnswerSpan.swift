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
  ///   - marks: the tokens.
  init?(_ prediction: [Float], marks: ArraySlice<Mark>) {
    var best: (first: Int, last: Int, score: Float)?
    for first in 0..<marks.count {
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
  /// The answer of an example's prediction, and its text; nil where the context has no token.
  ///
  /// - Parameter prediction: as `Predictor` gives it for a task that asks for a part of a text.
  public func answer(
    _ prediction: [Float], of example: Int
  ) -> (text: String, span: AnswerSpan)? {
    guard let span = AnswerSpan(prediction, marks: marks(of: example)) else { return nil }
    return (context(of: example).part(span.source), span)
  }
}
