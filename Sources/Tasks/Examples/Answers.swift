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
  mutating func append(_ answers: [Range<Int>], in context: String, marked: some Collection<Mark>) {
    texts.append(answers.map { context.part($0) })
    marks.append(answers.first.flatMap { Self.marks(of: $0, among: marked) })
  }

  /// From the token that the answer begins in to the one that it ends in.
  private static func marks(
    of answer: Range<Int>, among marked: some Collection<Mark>
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
    guard let first,
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
