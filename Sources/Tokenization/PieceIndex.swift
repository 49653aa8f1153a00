/// Finds the pieces of a word: the search structure of a vocabulary.
///
/// A word that is a token itself, as most are, is found by one probe of a table of short words. Any other is split by
/// WordPiece's rule, always the longest piece that fits, along a trie over bytes. Tokens are whole UTF-8, so the longest
/// match in bytes is the longest in characters.
struct PieceIndex: Sendable {
  /// A token of at most 16 bytes that begins a word, as two little-endian numbers; both 0 in an empty slot.
  struct WordSlot: Sendable {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var id: Int32 = -1
  }

  /// A trie's edge: the parent node and the byte in `key` (which is never 0), and the node that it leads to.
  struct Edge: Sendable {
    var key: UInt32 = 0
    var node: UInt32 = 0
  }

  /// Open addressing, linear probing, a power of two, never full.
  private(set) var words: [WordSlot]
  private(set) var edges: [Edge]
  /// The id of the token that ends at each node of the trie, or -1.
  private(set) var ids: [Int32]

  /// The node where words begin, and the node where pieces begin that continue a word (`##` is not spelled out).
  static let wordRoot: UInt32 = 1
  static let continuationRoot: UInt32 = 2

  /// - Parameters:
  ///   - text: all tokens, each followed by one byte that does not count.
  ///   - starts: where each begins, and the end.
  init(text: [UInt8], starts: [Int]) {
    let count = starts.count - 1
    words = Array(repeating: WordSlot(), count: tableSize(for: count))
    edges = Array(repeating: Edge(), count: tableSize(for: 2 * count))
    ids = [-1, -1, -1]
    for index in 0..<max(count, 0) {
      let token = text[starts[index]..<starts[index + 1] - 1]
      if !token.isEmpty { insert(token, id: Int32(index)) }
    }
  }

  private mutating func insert(_ token: ArraySlice<UInt8>, id: Int32) {
    var spelling = token
    var node = Self.wordRoot
    if token.starts(with: [0x23, 0x23]), token.count > 2 {
      spelling = token.dropFirst(2)
      node = Self.continuationRoot
    } else if token.count <= 16, !token.contains(0) {
      insertWord(token, id: id)
    }
    for byte in spelling { node = madeChild(of: node, by: byte) }
    ids[Int(node)] = id
  }

  private mutating func insertWord(_ token: ArraySlice<UInt8>, id: Int32) {
    var slot = WordSlot(id: id)
    for (offset, byte) in token.enumerated() {
      if offset < 8 {
        slot.low |= UInt64(byte) << (8 * offset)
      } else {
        slot.high |= UInt64(byte) << (8 * (offset - 8))
      }
    }
    let mask = words.count - 1
    var place = Self.hash(slot.low, slot.high) & mask
    while words[place].id >= 0, words[place].low != slot.low || words[place].high != slot.high {
      place = (place + 1) & mask
    }
    words[place] = slot
  }

  private mutating func madeChild(of node: UInt32, by byte: UInt8) -> UInt32 {
    let key = node << 8 | UInt32(byte)
    var place = Self.hash(key) & (edges.count - 1)
    while edges[place].key != 0 {
      if edges[place].key == key { return edges[place].node }
      place = (place + 1) & (edges.count - 1)
    }
    let new = UInt32(ids.count)
    ids.append(-1)
    edges[place] = Edge(key: key, node: new)
    if 2 * ids.count > edges.count { growEdges() }
    return new
  }

  private mutating func growEdges() {
    let old = edges
    edges = Array(repeating: Edge(), count: 2 * old.count)
    for edge in old where edge.key != 0 {
      var place = Self.hash(edge.key) & (edges.count - 1)
      while edges[place].key != 0 { place = (place + 1) & (edges.count - 1) }
      edges[place] = edge
    }
  }

  /// The id of a token as the vocabulary writes it.
  func id(of token: [UInt8]) -> Int32? {
    guard !token.isEmpty else { return nil }
    let continues = token.count > 2 && token.starts(with: [0x23, 0x23])
    var node = continues ? Self.continuationRoot : Self.wordRoot
    for byte in continues ? token.dropFirst(2) : token[...] {
      guard let next = Self.child(of: node, by: byte, edges.span) else { return nil }
      node = next
    }
    let id = ids[Int(node)]
    return id < 0 ? nil : id
  }

  @inline(__always)
  static func hash(_ low: UInt64, _ high: UInt64) -> Int {
    let mixed = (low ^ (high &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: mixed >> 32)
  }

  @inline(__always)
  static func hash(_ key: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}

/// A power of two that leaves a table of so many entries at most half full.
private func tableSize(for count: Int) -> Int {
  var size = 64
  while size < 2 * count { size *= 2 }
  return size
}

extension PieceIndex {
  /// Appends the ids of a word's pieces, or `unknown` when it has too many characters or cannot be spelled.
  ///
  /// The tables are an index's own: a caller with many words takes hold of them once.
  @inline(__always)
  static func append(
    _ word: inout WordBuffer, unknown: Int32, _ words: Span<WordSlot>, _ edges: Span<Edge>,
    _ ids: Span<Int32>, to output: inout [Int32]
  ) {
    if word.count <= 16 {
      let (low, high) = Self.shortKey(&word)
      let mask = words.count - 1
      var place = Self.hash(low, high) & mask
      while true {
        // The table's size is a power of two, so that the mask keeps the place within it. A check costs 3 % of the speed.
        let slot = unsafe words[unchecked: place]
        if slot.id < 0 { break }
        if slot.low == low, slot.high == high {
          output.append(slot.id)
          return
        }
        place = (place + 1) & mask
      }
    }
    split(&word, unknown: unknown, edges, ids, to: &output)
  }

  @inline(__always)
  private static func shortKey(_ word: inout WordBuffer) -> (UInt64, UInt64) {
    let count = word.count
    let low = word.number(at: 0)
    if count <= 8 { return (low & ~0 &>> (64 - 8 * UInt64(count)), 0) }
    return (low, word.number(at: 8) & ~0 &>> (128 - 8 * UInt64(count)))
  }

  @inline(never)
  private static func split(
    _ word: inout WordBuffer, unknown: Int32, _ edges: Span<Edge>, _ ids: Span<Int32>,
    to output: inout [Int32]
  ) {
    if word.isTooLong {
      output.append(unknown)
      return
    }
    let before = output.count
    var node = Self.wordRoot
    var place = 0
    while place < word.count {
      var found: Int32 = -1
      var foundEnd = place
      var end = place
      while end < word.count, let next = child(of: node, by: word.bytes[end], edges) {
        node = next
        end += 1
        let id = ids[Int(node)]
        if id >= 0 { (found, foundEnd) = (id, end) }
      }
      guard found >= 0 else {
        output.removeSubrange(before...)
        output.append(unknown)
        return
      }
      output.append(found)
      place = foundEnd
      node = Self.continuationRoot
    }
  }

  @inline(__always)
  private static func child(of node: UInt32, by byte: UInt8, _ edges: Span<Edge>) -> UInt32? {
    let key = node << 8 | UInt32(byte)
    let mask = edges.count - 1
    var place = Self.hash(key) & mask
    while edges[place].key != 0 {
      if edges[place].key == key { return edges[place].node }
      place = (place + 1) & mask
    }
    return nil
  }
}
