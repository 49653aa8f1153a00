import Bytes
import Wording

/// Where a table of judgements with TABs and a header, as BEIR's are, has what is needed.
package struct JudgementColumns {
  let query: Int
  let document: Int
  let level: Int
  let count: Int
  /// Where the header begins.
  let header: Int

  /// What a column, or the member of a JSON object, may be called.
  package static let queryNames = ["query-id", "query_id", "qid", "query", "topic"]
  package static let documentNames = [
    "corpus-id", "corpus_id", "doc-id", "doc_id", "docid", "docno", "document-id", "document", "pid", "did",
  ]
  package static let levelNames = ["score", "relevance", "rel", "label", "level", "relevance_score"]

  /// Nil when the first line that is not blank is no header: it has no TAB, or ends in a whole number.
  ///
  /// - Throws: `TRECFileError` when it is a header that lacks a column.
  init?(headerOf bytes: TextBytes, _ text: Span<UInt8>) throws(TRECFileError) {
    var start = text.markLength
    while start < text.count, ByteField.isBlank(text[start]) { start += 1 }
    let end = text.firstIndex(of: 0x0A, in: start..<text.count) ?? text.count
    guard let fields = Self.fields(of: start..<end, in: text), fields.count >= 3,
      let last = fields.last, last.wholeNumber(in: text) == nil
    else { return nil }
    let names = fields.map { $0.text(in: text).lowercased() }
    func place(_ known: [String]) throws(TRECFileError) -> Int {
      if let place = names.firstIndex(where: { known.contains($0) }) { return place }
      throw TRECFileError(
        file: bytes.name, line: bytes.line(at: start),
        found: "a header with \(listed(names, conjunction: "and"))", expected: "a column \(listed(known))")
    }
    query = try place(Self.queryNames)
    document = try place(Self.documentNames)
    level = try place(Self.levelNames)
    count = fields.count
    header = start
  }

  /// The fields of a line, nil for a blank one.
  func fields(of line: Range<Int>, in text: Span<UInt8>) -> [ByteField]? {
    line.allSatisfy { ByteField.isBlank(text[$0]) } ? nil : Self.fields(of: line, in: text)
  }

  /// Nil for a line without TABs.
  private static func fields(of line: Range<Int>, in text: Span<UInt8>) -> [ByteField]? {
    var end = line.upperBound
    if !line.isEmpty, text[end - 1] == 0x0D { end -= 1 }
    var fields: [ByteField] = []
    var first = line.lowerBound
    for place in line.lowerBound..<end where text[place] == 0x09 {
      fields.append(ByteField(first..<place))
      first = place + 1
    }
    return fields.isEmpty ? nil : fields + [ByteField(first..<end)]
  }
}
