#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension EntryTable {
  /// Reads judgements: lines of query, iteration, document and level with blanks between them, or a table with
  /// TABs and a header that names its columns.
  ///
  /// - Throws: `TRECFileError`.
  package static func judgements(in bytes: TextBytes) throws(TRECFileError) -> EntryTable {
    let columns = try JudgementColumns(headerOf: bytes)
    return try EntryReader.read(bytes) { reader, line throws(TRECFileError) in
      if let columns { try reader.addRow(line, columns) } else { try reader.addJudgement(line) }
    }
  }

  /// Reads a run: lines of query, Q0, document, rank, score and run name with blanks between them. What comes
  /// after them in a line is left alone.
  ///
  /// - Throws: `TRECFileError`.
  package static func run(in bytes: TextBytes) throws(TRECFileError) -> EntryTable {
    try EntryReader.read(bytes) { reader, line throws(TRECFileError) in try reader.addResult(line) }
  }
}

/// Goes through the lines of a file and gathers its entries.
struct EntryReader {
  /// The bytes of a line without its line end.
  struct Line {
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
  }

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
    each add: (inout EntryReader, Line) throws(TRECFileError) -> Void
  ) throws(TRECFileError) -> EntryTable {
    var reader = EntryReader(bytes)
    try reader.checkText()
    let end = bytes.start + bytes.count
    var position = bytes.start + bytes.markLength
    while position < end {
      let found = memchr(position, 0x0A, end - position)
      let stop = found.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? end
      try add(&reader, Line(start: position, end: stop))
      position = stop + 1
    }
    guard !reader.entries.isEmpty else {
      throw TRECFileError(file: bytes.name, found: "no lines", expected: "at least one")
    }
    return EntryTable(
      bytes: bytes, entries: reader.entries, queries: reader.queries.queries,
      runName: reader.runName?.bytes ?? [])
  }

  private func checkText() throws(TRECFileError) {
    let first = (0..<min(bytes.count, 2)).map { bytes.start[$0] }
    if first == [0x1F, 0x8B] {
      throw TRECFileError(
        file: bytes.name, found: "gzip-compressed bytes", expected: "text; 'gzip -dc' gives it")
    }
    guard let found = memchr(bytes.start, 0, bytes.count) else { return }
    let offset = found - UnsafeMutableRawPointer(mutating: bytes.start)
    let isWide = first == [0xFF, 0xFE] || first == [0xFE, 0xFF]
    throw TRECFileError(
      file: bytes.name, line: bytes.line(at: offset), found: isWide ? "text in UTF-16" : "a NUL byte",
      expected: isWide ? "UTF-8" : "text")
  }

  /// `query iteration document level`
  mutating func addJudgement(_ line: Line) throws(TRECFileError) {
    var position = line.start
    guard let query = ByteField.next(&position, before: line.end) else { return }
    guard ByteField.next(&position, before: line.end) != nil,
      let document = ByteField.next(&position, before: line.end),
      let level = ByteField.next(&position, before: line.end),
      ByteField.next(&position, before: line.end) == nil
    else { throw wrongCount(line, "4: query, iteration, document, level") }
    try add(query, document, level: level, line)
  }

  /// A row of a table with a header.
  mutating func addRow(_ line: Line, _ columns: JudgementColumns) throws(TRECFileError) {
    // The header itself is the first line that is not blank.
    guard let fields = columns.fields(of: line) else { return }
    guard line.start > columns.header else { return }
    guard fields.count == columns.count else {
      throw error(
        line, "\(fields.count) columns", "\(columns.count) with TABs between them, as in the header")
    }
    let (query, document) = (fields[columns.query], fields[columns.document])
    guard query.count > 0, document.count > 0 else {
      throw error(line, "an empty \(query.count > 0 ? "document" : "query") id", "an id")
    }
    try add(query, document, level: fields[columns.level], line)
  }

  private mutating func add(
    _ query: ByteField, _ document: ByteField, level: ByteField, _ line: Line
  ) throws(TRECFileError) {
    guard let value = level.wholeNumber else {
      throw error(line, "the level \(level.quoted)", "a whole number")
    }
    try add(query, document, bits: UInt32(bitPattern: value), line)
  }

  /// `query Q0 document rank score name`
  mutating func addResult(_ line: Line) throws(TRECFileError) {
    var position = line.start
    guard let query = ByteField.next(&position, before: line.end) else { return }
    guard ByteField.next(&position, before: line.end) != nil,
      let document = ByteField.next(&position, before: line.end),
      ByteField.next(&position, before: line.end) != nil,
      let score = ByteField.next(&position, before: line.end),
      let name = ByteField.next(&position, before: line.end)
    else { throw wrongCount(line, "6: query, Q0, document, rank, score, run name") }
    guard let number = score.number, !number.isNaN else {
      throw error(line, "the score \(score.quoted)", "a number")
    }
    // Of the two zeros one, so that equal scores have equal bits.
    try add(query, document, bits: (Float(number) + 0).bitPattern, line)
    runName = name
  }

  private mutating func add(
    _ query: ByteField, _ document: ByteField, bits: UInt32, _ line: Line
  ) throws(TRECFileError) {
    guard document.count <= UInt32.max, entries.count < UInt32.max else {
      throw error(line, "more than 4 billion bytes or lines", "fewer")
    }
    entries.append(
      EntryTable.Entry(
        offset: document.start - bytes.start, length: UInt32(document.count), hash: document.hash,
        query: queries.place(of: query, in: bytes.start), bits: bits))
  }

  private func wrongCount(_ line: Line, _ expected: String) -> TRECFileError {
    var position = line.start
    var count = 0
    while ByteField.next(&position, before: line.end) != nil { count += 1 }
    return error(line, "\(count) field\(count == 1 ? "" : "s")", expected)
  }

  private func error(_ line: Line, _ found: String, _ expected: String) -> TRECFileError {
    TRECFileError(
      file: bytes.name, line: bytes.line(at: line.start - bytes.start), found: found, expected: expected)
  }
}

extension TextBytes {
  /// How long the byte order mark at the beginning is.
  var markLength: Int {
    count >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF ? 3 : 0
  }
}

/// The queries of a file, numbered in the order in which they are first seen.
private struct QueryIndex {
  private(set) var queries: [EntryTable.Query] = []
  private var hashes: [UInt32] = []
  private var slots = [UInt32](repeating: 0, count: 64)
  private var last: UInt32 = 0

  mutating func place(of query: ByteField, in bytes: UnsafePointer<UInt8>) -> UInt32 {
    // Most lines go on with the query of the line above.
    if !queries.isEmpty, isSame(query, Int(last), bytes) { return last }
    let hash = query.hash
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == hash, isSame(query, place, bytes) {
        last = UInt32(place)
        return last
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    last = UInt32(queries.count)
    queries.append(.init(offset: query.start - bytes, length: query.count, entries: 0..<0))
    hashes.append(hash)
    slots[slot] = last + 1
    if queries.count * 2 > slots.count { grow() }
    return last
  }

  @inline(__always)
  private func isSame(_ query: ByteField, _ place: Int, _ bytes: UnsafePointer<UInt8>) -> Bool {
    query.equals(bytes + queries[place].offset, queries[place].length)
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
