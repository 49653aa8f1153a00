import Bytes

extension EntryTable {
  /// The places of the queries, in the order in which the file has them first.
  package var queriesInFileOrder: [Int] {
    queries.indices.sorted { queries[$0].entries.lowerBound < queries[$1].entries.lowerBound }
  }

  /// How many documents a query of a run has.
  package func documentCount(of query: Int) -> Int { queries[query].entries.count }

  /// The ids of a query's documents in a run, best ranked first.
  ///
  /// - Parameter range: which of them, from 0; it may reach beyond the last.
  package func rankedDocumentIDs(of query: Int, _ range: Range<Int> = 0..<Int.max) -> [String] {
    let places = rankedPlaces(queries[query].entries)
    return places[range.clamped(to: 0..<places.count)].map { place in
      bytes.text(entries[Int(place)].id)
    }
  }

  /// Places of a run's entries, best ranked first.
  func rankedPlaces(_ range: Range<Int>) -> [UInt64] {
    // A whole number that is smaller for a higher score, and the place below it.
    var keys = range.map { place in
      let bits = entries[place].bits
      let rising = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
      return UInt64(~rising) << 32 | UInt64(place)
    }
    keys.sort()
    var start = 0
    while start < keys.count {
      var end = start + 1
      while end < keys.count, keys[end] >> 32 == keys[start] >> 32 { end += 1 }
      if end > start + 1 { sortTies(&keys[start..<end]) }
      start = end
    }
    for index in keys.indices { keys[index] &= 0xFFFF_FFFF }
    return keys
  }

  /// Equal scores: by document id, the last first.
  private func sortTies(_ keys: inout ArraySlice<UInt64>) {
    bytes.withBytes { text in
      keys.sort { left, right in
        text.order(entries[Int(right & 0xFFFF_FFFF)].id, text, entries[Int(left & 0xFFFF_FFFF)].id) < 0
      }
    }
  }
}
