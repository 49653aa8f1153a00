import Bytes

extension EntryTable {
  /// Reads judgements: lines of query, iteration, document and level with blanks between them, or a table with
  /// TABs and a header that names its columns.
  ///
  /// - Throws: `TRECFileError`.
  package static func judgements(in bytes: TextBytes) throws(TRECFileError) -> EntryTable {
    let columns = try bytes.withBytes { text throws(TRECFileError) in
      try JudgementColumns(headerOf: bytes, text)
    }
    return try EntryReader.read(bytes) { reader, line, text throws(TRECFileError) in
      if let columns {
        try reader.addRow(line, columns, in: text)
      } else {
        try reader.addJudgement(line, in: text)
      }
    }
  }

  /// Reads a run: lines of query, Q0, document, rank, score and run name with blanks between them. What comes
  /// after them in a line is left alone.
  ///
  /// - Throws: `TRECFileError`.
  package static func run(in bytes: TextBytes) throws(TRECFileError) -> EntryTable {
    try EntryReader.read(bytes) { reader, line, text throws(TRECFileError) in
      try reader.addResult(line, in: text)
    }
  }
}

/// Goes through the lines of a file and gathers its entries.
struct EntryReader {
  /// Where a line is, without its line end.
  typealias Line = Range<Int>

  private let bytes: TextBytes
  private var entries: [EntryTable.Entry] = []
  private var queries = QueryIndex()
  private var runName: ByteField?

  private init(_ bytes: TextBytes) {
    self.bytes = bytes
    // About as many lines as there are: it saves copying them when the memory is full.
    entries.reserveCapacity(min(bytes.count / 24, 1 << 24) + 1)
  }

  static func read(
    _ bytes: TextBytes,
    each add: (inout EntryReader, Line, _ text: Span<UInt8>) throws(TRECFileError) -> Void
  ) throws(TRECFileError) -> EntryTable {
    var reader = EntryReader(bytes)
    return try bytes.withBytes { text throws(TRECFileError) in
      try reader.checkText(text)
      var start = text.markLength
      while start < text.count {
        let end = text.firstIndex(of: 0x0A, in: start..<text.count) ?? text.count
        try add(&reader, start..<end, text)
        start = end + 1
      }
      guard !reader.entries.isEmpty else {
        throw TRECFileError(file: bytes.name, found: "no lines", expected: "at least one")
      }
      return EntryTable(
        bytes: bytes, text, entries: reader.entries, queries: reader.queries.queries,
        runName: reader.runName?.bytes(in: text) ?? [])
    }
  }

  private func checkText(_ text: Span<UInt8>) throws(TRECFileError) {
    let first = (0..<min(text.count, 2)).map { text[$0] }
    if first == [0x1F, 0x8B] {
      throw TRECFileError(
        file: bytes.name, found: "gzip-compressed bytes", expected: "text; 'gzip -dc' gives it")
    }
    guard let offset = text.firstIndex(of: 0, in: 0..<text.count) else { return }
    let isWide = first == [0xFF, 0xFE] || first == [0xFE, 0xFF]
    throw TRECFileError(
      file: bytes.name, line: bytes.line(at: offset), found: isWide ? "text in UTF-16" : "a NUL byte",
      expected: isWide ? "UTF-8" : "text")
  }

  /// `query iteration document level`
  mutating func addJudgement(_ line: Line, in text: Span<UInt8>) throws(TRECFileError) {
    var rest = line
    guard let query = ByteField.next(of: &rest, in: text) else { return }
    guard ByteField.next(of: &rest, in: text) != nil,
      let document = ByteField.next(of: &rest, in: text),
      let level = ByteField.next(of: &rest, in: text),
      ByteField.next(of: &rest, in: text) == nil
    else { throw wrongCount(line, in: text, "4: query, iteration, document, level") }
    try add(query, document, level: level, line, in: text)
  }

  /// A row of a table with a header.
  mutating func addRow(
    _ line: Line, _ columns: JudgementColumns, in text: Span<UInt8>
  ) throws(TRECFileError) {
    // The header itself is the first line that is not blank.
    guard let fields = columns.fields(of: line, in: text) else { return }
    guard line.lowerBound > columns.header else { return }
    guard fields.count == columns.count else {
      throw error(
        line, "\(fields.count) columns", "\(columns.count) with TABs between them, as in the header")
    }
    let (query, document) = (fields[columns.query], fields[columns.document])
    guard query.count > 0, document.count > 0 else {
      throw error(line, "an empty \(query.count > 0 ? "document" : "query") id", "an id")
    }
    try add(query, document, level: fields[columns.level], line, in: text)
  }

  private mutating func add(
    _ query: ByteField, _ document: ByteField, level: ByteField, _ line: Line, in text: Span<UInt8>
  ) throws(TRECFileError) {
    guard let value = level.wholeNumber(in: text) else {
      throw error(line, "the level \(level.quoted(in: text))", "a whole number")
    }
    try add(query, document, bits: UInt32(bitPattern: value), line, in: text)
  }

  /// `query Q0 document rank score name`
  mutating func addResult(_ line: Line, in text: Span<UInt8>) throws(TRECFileError) {
    var rest = line
    guard let query = ByteField.next(of: &rest, in: text) else { return }
    guard ByteField.next(of: &rest, in: text) != nil,
      let document = ByteField.next(of: &rest, in: text),
      ByteField.next(of: &rest, in: text) != nil,
      let score = ByteField.next(of: &rest, in: text),
      let name = ByteField.next(of: &rest, in: text)
    else { throw wrongCount(line, in: text, "6: query, Q0, document, rank, score, run name") }
    guard let number = score.number(in: text), !number.isNaN else {
      throw error(line, "the score \(score.quoted(in: text))", "a number")
    }
    // Of the two zeros one, so that equal scores have equal bits.
    try add(query, document, bits: (Float(number) + 0).bitPattern, line, in: text)
    runName = name
  }

  private mutating func add(
    _ query: ByteField, _ document: ByteField, bits: UInt32, _ line: Line, in text: Span<UInt8>
  ) throws(TRECFileError) {
    guard document.count <= UInt32.max, entries.count < UInt32.max else {
      throw error(line, "more than 4 billion bytes or lines", "fewer")
    }
    entries.append(
      EntryTable.Entry(
        offset: document.start, length: UInt32(document.count), hash: document.hash(in: text),
        query: queries.place(of: query, in: text), bits: bits))
  }

  private func wrongCount(_ line: Line, in text: Span<UInt8>, _ expected: String) -> TRECFileError {
    var rest = line
    var count = 0
    while ByteField.next(of: &rest, in: text) != nil { count += 1 }
    return error(line, "\(count) field\(count == 1 ? "" : "s")", expected)
  }

  private func error(_ line: Line, _ found: String, _ expected: String) -> TRECFileError {
    TRECFileError(
      file: bytes.name, line: bytes.line(at: line.lowerBound), found: found, expected: expected)
  }
}

/// The queries of a file, numbered in the order in which they are first seen.
private struct QueryIndex {
  private(set) var queries: [EntryTable.Query] = []
  private var hashes: [UInt32] = []
  private var slots = [UInt32](repeating: 0, count: 64)
  private var last: UInt32 = 0

  mutating func place(of query: ByteField, in text: Span<UInt8>) -> UInt32 {
    // Most lines go on with the query of the line above.
    if !queries.isEmpty, isSame(query, Int(last), text) { return last }
    let hash = query.hash(in: text)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == hash, isSame(query, place, text) {
        last = UInt32(place)
        return last
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    last = UInt32(queries.count)
    queries.append(.init(id: query.range, entries: 0..<0))
    hashes.append(hash)
    slots[slot] = last + 1
    if queries.count * 2 > slots.count { grow() }
    return last
  }

  @inline(__always)
  private func isSame(_ query: ByteField, _ place: Int, _ text: Span<UInt8>) -> Bool {
    text.order(query.range, text, queries[place].id) == 0
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (place, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(place) + 1
    }
  }
}
