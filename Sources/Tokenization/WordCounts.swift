import Bytes

/// Counts words: a hash table over their bytes, which are kept one after another.
struct WordCounts: Sendable {
  private var text: [UInt8] = []
  private var starts = [0]
  private var counts: [Int] = []
  /// Open addressing, linear probing: the number of a word plus 1, or 0.
  private var slots = [Int32](repeating: 0, count: 1024)

  mutating func add(_ word: Span<UInt8>) {
    let mask = slots.count - 1
    var place = Self.hash(word, 0..<word.count) & mask
    while slots[place] != 0 {
      let index = Int(slots[place]) - 1
      if text.span.order(starts[index]..<starts[index + 1], word, 0..<word.count) == 0 {
        counts[index] += 1
        return
      }
      place = (place + 1) & mask
    }
    for place in 0..<word.count { text.append(word[place]) }
    starts.append(text.count)
    counts.append(1)
    slots[place] = Int32(counts.count)
    if 2 * counts.count > slots.count { grow() }
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: 2 * slots.count)
    let mask = slots.count - 1
    for index in counts.indices {
      var place = Self.hash(text.span, starts[index]..<starts[index + 1]) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = Int32(index + 1)
    }
  }

  /// FNV-1a (Fowler, Noll and Vo, 1991).
  private static func hash(_ text: Span<UInt8>, _ word: Range<Int>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for place in word { hash = (hash ^ UInt64(text[place])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash >> 32 ^ hash & 0xFFFF_FFFF)
  }

  /// The words and their counts, in the order of the words' bytes.
  func sorted() -> [(word: String, count: Int)] {
    let order = counts.indices.sorted { left, right in
      text[starts[left]..<starts[left + 1]].lexicographicallyPrecedes(text[starts[right]..<starts[right + 1]])
    }
    return order.map { index in
      (String(decoding: text[starts[index]..<starts[index + 1]], as: UTF8.self), counts[index])
    }
  }
}
