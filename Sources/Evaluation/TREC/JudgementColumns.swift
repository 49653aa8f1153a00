import Wording

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where a table of judgements with TABs and a header, as BEIR's are, has what is needed.
struct JudgementColumns {
  let query: Int
  let document: Int
  let level: Int
  let count: Int
  /// Where the header begins.
  let header: UnsafePointer<UInt8>

  static let queryNames = ["query-id", "query_id", "qid", "query", "topic"]
  static let documentNames = [
    "corpus-id", "corpus_id", "doc-id", "doc_id", "docid", "docno", "document-id", "document", "pid", "did",
  ]
  static let levelNames = ["score", "relevance", "rel", "label", "level", "relevance_score"]

  /// Nil when the first line that is not blank is no header: it has no TAB, or ends in a whole number.
  ///
  /// - Throws: `TRECFileError` when it is a header that lacks a column.
  init?(headerOf bytes: TextBytes) throws(TRECFileError) {
    let end = bytes.start + bytes.count
    var position = bytes.start + bytes.markLength
    while position < end, ByteField.isBlank(position.pointee) { position += 1 }
    let found = memchr(position, 0x0A, end - position)
    let stop = found.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? end
    guard let fields = Self.fields(from: position, to: stop), fields.count >= 3,
      let last = fields.last, last.wholeNumber == nil
    else { return nil }
    let names = fields.map { $0.text.lowercased() }
    func place(_ known: [String]) throws(TRECFileError) -> Int {
      if let place = names.firstIndex(where: { known.contains($0) }) { return place }
      throw TRECFileError(
        file: bytes.name, line: bytes.line(at: position - bytes.start),
        found: "a header with \(listed(names, conjunction: "and"))", expected: "a column \(listed(known))")
    }
    query = try place(Self.queryNames)
    document = try place(Self.documentNames)
    level = try place(Self.levelNames)
    count = fields.count
    header = position
  }

  /// The fields of a line, nil for a blank one.
  func fields(of line: EntryReader.Line) -> [ByteField]? {
    var start = line.start
    while start < line.end, ByteField.isBlank(start.pointee) { start += 1 }
    return start == line.end ? nil : Self.fields(from: line.start, to: line.end)
  }

  private static func fields(
    from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>
  ) -> [ByteField]? {
    var stop = end
    if stop > start, stop[-1] == 0x0D { stop -= 1 }
    var fields: [ByteField] = []
    var first = start
    var position = start
    while position < stop {
      if position.pointee == 0x09 {
        fields.append(ByteField(start: first, count: position - first))
        first = position + 1
      }
      position += 1
    }
    guard first > start || !fields.isEmpty else { return nil }
    return fields + [ByteField(start: first, count: stop - first)]
  }
}
