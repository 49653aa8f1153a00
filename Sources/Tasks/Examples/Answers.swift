/// The answers of examples whose task is to find them in their second text.
public struct Answers: Sendable, Equatable {
  /// Of each example every text that counts as right.
  public internal(set) var texts: [[String]] = []
  /// Of each example the first answer's first and last mark, counted among the example's marks. Nil where the answer is
  /// in what was cut off.
  public internal(set) var marks: [ClosedRange<Int32>?] = []

  /// - Parameters:
  ///   - answers: in bytes of the context.
  ///   - marked: the tokens of the context that are there.
  ///   - window: of several windows of the context the number of this one, from 0; the first mark then stands for "not here".
  mutating func append(
    _ answers: [Range<Int>], in context: String, marked: some Collection<Mark>, window: Int? = nil
  ) {
    texts.append(answers.map { context.part($0) })
    let found = answers.first.flatMap { Self.marks(of: $0, among: marked, isAtStart: window ?? 0 == 0) }
    marks.append(found ?? (window == nil ? nil : 0...0))
  }

  /// From the token that the answer begins in to the one that it ends in.
  ///
  /// - Parameter isAtStart: whether no token of the context stands before those marked.
  private static func marks(
    of answer: Range<Int>, among marked: some Collection<Mark>, isAtStart: Bool
  ) -> ClosedRange<Int32>? {
    let answer = Int32(answer.lowerBound)..<Int32(answer.upperBound)
    var first: Int32?
    var last: Int32 = 0
    var end: Int32 = 0
    for (place, mark) in marked.enumerated() where mark.source.overlaps(answer) {
      first = first ?? Int32(place)
      last = Int32(place)
      end = mark.source.upperBound
    }
    // What is cut off at an end that no token lies beyond may be a part of the answer.
    guard let first, let begin = marked.dropFirst(Int(first)).first?.source.lowerBound,
      isAtStart || begin <= answer.lowerBound
        || marked.contains(where: { !$0.source.isEmpty && $0.source.upperBound <= answer.lowerBound }),
      end >= answer.upperBound || marked.contains(where: { $0.source.lowerBound >= answer.upperBound })
    else { return nil }
    return first...last
  }
}

extension String {
  /// The part of these bytes of UTF-8.
  public func part(_ bytes: Range<Int>) -> String {
    let start = utf8.index(utf8.startIndex, offsetBy: bytes.lowerBound)
    return String(Substring(utf8[start..<utf8.index(start, offsetBy: bytes.count)]))
  }
}
