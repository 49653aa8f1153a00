import Wording

/// Finds answers in the text that they are a part of.
struct AnswerReader {
  struct Problem: Error {
    /// Whether the fault is with the place of an answer, else it is with the answer.
    var isOfStart = false
    var found: String
    var expected: String
  }

  /// - Parameters:
  ///   - field: an answer, or a list of alternatives.
  ///   - starts: the character (Unicode scalar) of the context that each begins with, from 0; without it the first place
  ///     where the answer stands counts.
  /// - Returns: for each answer its bytes in the context.
  static func answers(
    _ field: String, starts: String?, in context: String
  ) throws(Problem) -> [Range<Int>] {
    let answers = field.split(separator: TableRow.listSeparator, omittingEmptySubsequences: false)
    var places: [Int?] = answers.map { _ in nil }
    if let starts {
      let numbers = starts.split(separator: TableRow.listSeparator)
      guard numbers.count == answers.count else {
        throw Problem(
          isOfStart: true, found: counted(numbers.count, "place"), expected: "one for each answer")
      }
      for (index, number) in numbers.enumerated() {
        guard let scalar = Int(number), let byte = byteOffset(ofScalar: scalar, in: context) else {
          throw Problem(
            isOfStart: true, found: quoted(String(number)),
            expected: "the number of a character of the context, from 0")
        }
        places[index] = byte
      }
    }
    var ranges: [Range<Int>] = []
    for (answer, place) in zip(answers, places) {
      guard !answer.isEmpty else { throw Problem(found: "nothing", expected: "a part of the context") }
      let bytes = context.utf8
      if let place {
        guard bytes.dropFirst(place).starts(with: answer.utf8) else {
          throw Problem(
            isOfStart: true, found: "another text than \(quoted(String(answer))) there",
            expected: "where the answer begins")
        }
        ranges.append(place..<place + answer.utf8.count)
      } else {
        guard let found = bytes.firstRange(of: answer.utf8) else {
          throw Problem(found: quoted(String(answer)), expected: "a part of the context, letter by letter")
        }
        let start = bytes.distance(from: bytes.startIndex, to: found.lowerBound)
        ranges.append(start..<start + answer.utf8.count)
      }
    }
    return ranges
  }

  private static func byteOffset(ofScalar number: Int, in text: String) -> Int? {
    guard number >= 0 else { return nil }
    var left = number
    var offset = 0
    for scalar in text.unicodeScalars {
      if left == 0 { return offset }
      left -= 1
      offset += UTF8.width(scalar)
    }
    return nil
  }
}
