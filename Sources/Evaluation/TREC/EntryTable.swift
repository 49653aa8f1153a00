import Bytes

/// What a file of judgements or of results says: for each query its documents, each with a level or a score.
///
/// Ids stay bytes of the file; no text is made of them before it is shown.
package struct EntryTable: Sendable {
  /// One line.
  struct Entry: Sendable {
    /// Where in the bytes the document's id begins.
    var offset: Int
    var length: UInt32
    var hash: UInt32
    /// The place of the query in `queries`.
    var query: UInt32
    /// A score's bits, or a level's.
    var bits: UInt32

    /// The document's id.
    var id: Range<Int> { offset..<offset + Int(length) }
    var score: Float { Float(bitPattern: bits) }
    var level: Int { Int(Int32(bitPattern: bits)) }
  }

  struct Query: Sendable {
    /// Where in the bytes its id is.
    var id: Range<Int>
    /// Its entries, in the order of the file.
    var entries: Range<Int>
  }

  let bytes: TextBytes
  /// Query by query.
  let entries: [Entry]
  /// In the order of the ids' bytes.
  let queries: [Query]
  /// The last column of a run's last line, which is the name it goes by; empty for judgements.
  package let runName: [UInt8]

  package var name: String { bytes.name }
  package var queryCount: Int { queries.count }
  package var entryCount: Int { entries.count }

  /// - Parameters:
  ///   - text: the content of `bytes`.
  ///   - entries: in any order, their `query` the place in `queries`.
  ///   - queries: in the order in which they were seen; their `entries` are not looked at.
  init(bytes: TextBytes, _ text: Span<UInt8>, entries: [Entry], queries: [Query], runName: [UInt8]) {
    self.bytes = bytes
    self.runName = runName
    var counts = [Int](repeating: 0, count: queries.count)
    var isGrouped = true
    var last: UInt32 = 0
    for entry in entries {
      counts[Int(entry.query)] += 1
      if entry.query < last { isGrouped = false }
      last = entry.query
    }
    var queries = queries
    var start = 0
    for index in queries.indices {
      queries[index].entries = start..<start + counts[index]
      start += counts[index]
    }
    if isGrouped {
      self.entries = entries
    } else {
      var places = queries.map(\.entries.lowerBound)
      var sorted = entries
      for entry in entries {
        sorted[places[Int(entry.query)]] = entry
        places[Int(entry.query)] += 1
      }
      self.entries = sorted
    }
    self.queries = queries.sorted { text.order($0.id, text, $1.id) < 0 }
  }

  /// The id of the query at a place in the order of the ids.
  package func queryID(_ index: Int) -> String { bytes.text(queries[index].id) }

  /// Relevant documents of all queries, with a level above 0.
  package var relevantCount: Int { entries.count { $0.level > 0 } }

  /// - Throws: `TRECFileError` that names the first document that a query has twice.
  package func checkDuplicates() throws(TRECFileError) {
    var index = DocumentIndex()
    for query in queries {
      let found = bytes.withBytes { index.fill(from: self, $0, query.entries) }
      guard let (first, second) = found else { continue }
      throw TRECFileError(
        file: name, line: bytes.line(at: entries[second].offset),
        duplicateOf: "'\(bytes.text(entries[second].id))'",
        in: "'\(bytes.text(query.id))'", firstLine: bytes.line(at: entries[first].offset))
    }
  }
}

/// Finds the entry of a document among those of one query: a hash table that is filled anew for each.
struct DocumentIndex {
  private var slots: [UInt32] = []
  private var mask = 0

  /// Takes in a query's entries.
  ///
  /// - Parameter text: the table's bytes.
  /// - Returns: the places of two entries of one document, if there are any.
  mutating func fill(
    from table: EntryTable, _ text: Span<UInt8>, _ range: Range<Int>
  ) -> (first: Int, second: Int)? {
    var capacity = 16
    while capacity < range.count * 2 { capacity *= 2 }
    if slots.count < capacity { slots = Array(repeating: 0, count: capacity) }
    for slot in 0..<capacity { slots[slot] = 0 }
    mask = capacity - 1
    let entries = table.entries.span
    for place in range {
      let entry = entries[place]
      var slot = Int(entry.hash) & mask
      while slots[slot] != 0 {
        let other = range.lowerBound + Int(slots[slot]) - 1
        if Self.isSame(entry, text, entries[other], text) { return (other, place) }
        slot = (slot + 1) & mask
      }
      slots[slot] = UInt32(truncatingIfNeeded: place - range.lowerBound + 1)
    }
    return nil
  }

  /// The place in the table that was taken in of an entry of another table.
  ///
  /// - Parameters:
  ///   - otherText: the other table's bytes.
  ///   - entries: the table's own.
  ///   - text: the table's bytes.
  ///   - range: as `fill` had it.
  @inline(__always)
  func find(
    _ entry: EntryTable.Entry, _ otherText: Span<UInt8>, in entries: Span<EntryTable.Entry>,
    _ text: Span<UInt8>, _ range: Range<Int>
  ) -> Int? {
    var slot = Int(entry.hash) & mask
    while slots[slot] != 0 {
      let place = range.lowerBound + Int(slots[slot]) - 1
      if Self.isSame(entry, otherText, entries[place], text) { return place }
      slot = (slot + 1) & mask
    }
    return nil
  }

  @inline(__always)
  private static func isSame(
    _ entry: EntryTable.Entry, _ text: Span<UInt8>, _ other: EntryTable.Entry, _ otherText: Span<UInt8>
  ) -> Bool {
    entry.hash == other.hash && text.order(entry.id, otherText, other.id) == 0
  }
}
