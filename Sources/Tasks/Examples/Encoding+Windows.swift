import Tokenization

extension Encoding {
  /// The stride of windows whose task does not say another, as in the authors' code for BERT on SQuAD; less where windows are
  /// narrow, so that each shares half of its tokens with the next.
  static let stride = 128

  /// This question and its context in examples of at most `maximumLength` tokens: where they don't fit, the question with one
  /// overlapping window of the context after the other (Devlin et al. 2019, the code for SQuAD). The question is cut when it
  /// takes more than half of the room and the context the rest.
  ///
  /// - Parameter stride: tokens from where a window begins to where the next does.
  func windows(maximumLength: Int, stride: Int?) -> [Encoding] {
    let room = maximumLength - 3
    guard ids.count > maximumLength, room > 0, let sources else { return [self] }
    let question = pairStart - 2
    let context = ids.count - pairStart - 1
    let kept = Encoding.longestFirst(question, context, budget: room).first
    let width = room - kept
    guard width > 0 else { return [self] }
    let step = min(stride ?? min(Self.stride, max(width / 2, 1)), width)
    let head = 0..<1 + kept
    var windows: [Encoding] = []
    var first = 0
    while true {
      let last = min(first + width, context)
      let body = pairStart + first..<pairStart + last
      let separator = pairStart - 1
      let end = ids.count - 1
      windows.append(
        Encoding(
          ids: ids[head] + [ids[separator]] + ids[body] + [ids[end]],
          segments: [Int32](repeating: 0, count: kept + 2) + [Int32](repeating: 1, count: body.count + 1),
          pairStart: kept + 2, isTruncated: kept < question,
          sources: sources[head] + [sources[separator]] + sources[body] + [sources[end]]))
      guard last < context else { return windows }
      first += step
    }
  }

  /// This text in examples of at most `maximumLength` tokens, one after the other.
  func stretches(maximumLength: Int) -> [Encoding] {
    let width = maximumLength - 2
    guard ids.count > maximumLength, width > 0 else { return [self] }
    let end = ids.count - 1
    return Swift.stride(from: 1, to: end, by: width).map { first in
      let body = ids[first..<min(first + width, end)]
      return Encoding(
        ids: [ids[0]] + body + [ids[end]], segments: [Int32](repeating: 0, count: body.count + 2),
        pairStart: body.count + 2, isTruncated: false)
    }
  }
}
