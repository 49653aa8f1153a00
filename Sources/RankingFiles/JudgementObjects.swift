import Bytes
import Evaluation
import Tasks
import Wording

/// Judgements as JSON lines, as BEIR's tools write them: `{"query-id": "q1", "corpus-id": "d7", "score": 1}`.
package enum JudgementObjects {
  /// The same judgements in trec_eval's form, line for line; nil when the text does not begin with an object.
  ///
  /// - Throws: `TRECFileError`.
  package static func lines(of text: TextBytes) throws(TRECFileError) -> TextBytes? {
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
    return try text.withBytes { bytes throws(TRECFileError) -> TextBytes? in
      guard let first = (0..<bytes.count).first(where: { !blank.contains(bytes[$0]) }),
        bytes[first] == UInt8(ascii: "{")
      else { return nil }
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count / 2)
      var start = bytes.markLength
      var line = 1
      while start < bytes.count {
        let end = bytes.firstIndex(of: 0x0A, in: start..<bytes.count) ?? bytes.count
        let object = (start..<end).map { bytes[$0] }
        if !object.allSatisfy(blank.contains) {
          result += try judgement(object, file: text.name, line: line).utf8
        }
        result.append(0x0A)
        start = end + 1
        line += 1
      }
      return TextBytes(result, name: text.name)
    }
  }

  private static func judgement(
    _ object: [UInt8], file: String, line: Int
  ) throws(TRECFileError) -> String {
    let value: JSONValue
    do { value = try JSONReader.readStrictly(object) } catch {
      throw TRECFileError(
        file: file, line: line, found: error.found, expected: "\(error.expected) (an object a line)")
    }
    func member(_ names: [String], _ expected: String) throws(TRECFileError) -> String {
      guard let found = names.lazy.compactMap({ value[$0] }).first else {
        throw TRECFileError(
          file: file, line: line, found: "\(value.summary) without it", expected: "a member \(listed(names))")
      }
      let text: String
      switch found.kind {
      case .text(let string): text = string
      case .number(_, let spelling): text = spelling
      default:
        throw TRECFileError(file: file, line: line, found: found.summary, expected: "a text or a number")
      }
      guard !text.isEmpty, !text.contains(where: { $0.isWhitespace || $0 == "\0" }) else {
        throw TRECFileError(
          file: file, line: line, found: quoted(text), expected: expected)
      }
      return text
    }
    let id = "an id without blanks, as runs have them"
    let query = try member(JudgementColumns.queryNames, id)
    let document = try member(JudgementColumns.documentNames, id)
    return "\(query) 0 \(document) \(try member(JudgementColumns.levelNames, "a level, as a whole number"))"
  }
}
