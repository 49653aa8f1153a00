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

    var score: Float { Float(bitPattern: bits) }
    var level: Int { Int(Int32(bitPattern: bits)) }
  }

  struct Query: Sendable {
    var offset: Int
    var length: Int
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
  ///   - entries: in any order, their `query` the place in `queries`.
  ///   - queries: in the order in which they were seen; their `entries` are not looked at.
  init(bytes: TextBytes, entries: [Entry], queries: [Query], runName: [UInt8]) {
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
      self.entries = [Entry](unsafeUninitializedCapacity: entries.count) { sorted, count in
        for entry in entries {
          sorted.initializeElement(at: places[Int(entry.query)], to: entry)
          places[Int(entry.query)] += 1
        }
        count = entries.count
      }
    }
    let start0 = bytes.start
    self.queries = queries.sorted {
      precedes(start0 + $0.offset, $0.length, start0 + $1.offset, $1.length)
    }
  }

  /// The id of the query at a place in the order of the ids.
  package func queryID(_ index: Int) -> String { bytes.text(queries[index].offset, queries[index].length) }

  func queryIDBytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes.start + queries[index].offset, count: queries[index].length)
  }

  /// Relevant documents of all queries, with a level above 0.
  package var relevantCount: Int { entries.count { $0.level > 0 } }

  /// - Throws: `TRECFileError` that names the first document that a query has twice.
  package func checkDuplicates() throws(TRECFileError) {
    var index = DocumentIndex()
    for query in queries {
      guard let (first, second) = index.fill(from: self, query.entries) else { continue }
      throw TRECFileError(
        file: name, line: bytes.line(at: entries[second].offset),
        duplicateOf: "'\(bytes.text(entries[second].offset, Int(entries[second].length)))'",
        in: "'\(bytes.text(query.offset, query.length))'", firstLine: bytes.line(at: entries[first].offset))
    }
  }
}

/// Finds the entry of a document among those of one query: a hash table that is filled anew for each.
struct DocumentIndex {
  private var slots: [UInt32] = []
  private var mask = 0

  /// Takes in a query's entries.
  ///
  /// - Returns: the places of two entries of one document, if there are any.
  mutating func fill(from table: EntryTable, _ range: Range<Int>) -> (first: Int, second: Int)? {
    var capacity = 16
    while capacity < range.count * 2 { capacity *= 2 }
    if slots.count < capacity { slots = Array(repeating: 0, count: capacity) }
    mask = capacity - 1
    let mask = mask
    return slots.withUnsafeMutableBufferPointer { slots in
      table.entries.withUnsafeBufferPointer { entries in
        slots[0..<capacity].update(repeating: 0)
        for place in range {
          let entry = entries[place]
          var slot = Int(entry.hash) & mask
          while slots[slot] != 0 {
            let other = range.lowerBound + Int(slots[slot]) - 1
            if Self.isSame(entry, in: table, entries[other], in: table) { return (other, place) }
            slot = (slot + 1) & mask
          }
          slots[slot] = UInt32(truncatingIfNeeded: place - range.lowerBound + 1)
        }
        return nil
      }
    }
  }

  /// The place in `table`, from the start of the range taken in, of an entry of another table.
  @inline(__always)
  func find(
    _ entry: EntryTable.Entry, of other: EntryTable, in table: EntryTable, _ range: Range<Int>,
    _ entries: UnsafeBufferPointer<EntryTable.Entry>, _ slots: UnsafeBufferPointer<UInt32>
  ) -> Int? {
    var slot = Int(entry.hash) & mask
    while slots[slot] != 0 {
      let place = range.lowerBound + Int(slots[slot]) - 1
      if Self.isSame(entry, in: other, entries[place], in: table) { return place }
      slot = (slot + 1) & mask
    }
    return nil
  }

  func withSlots<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    slots.withUnsafeBufferPointer(body)
  }

  @inline(__always)
  private static func isSame(
    _ entry: EntryTable.Entry, in table: EntryTable, _ other: EntryTable.Entry, in otherTable: EntryTable
  ) -> Bool {
    entry.hash == other.hash
      && ByteField(start: table.bytes.start + entry.offset, count: Int(entry.length))
        .equals(otherTable.bytes.start + other.offset, Int(other.length))
  }
}
