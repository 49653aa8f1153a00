/// Joins the most frequent neighbouring pieces of weighted words, again and again.
struct PairMerger {
  /// All pieces as UTF-8, in the order of their ids. (Strings would not do: canonically equivalent ones are equal.)
  private(set) var tokens: [[UInt8]]
  private var idOfToken: [[UInt8]: Int32]

  /// The words' pieces, one word after another; a word shrinks in place.
  private var pieces: [Int32] = []
  private var words: [(start: Int, length: Int, count: Int)] = []

  private var indexOfPair: [UInt64: Int] = [:]
  private var pairs: [Pair] = []
  private var heap = Heap()

  private struct Pair {
    var left: Int32
    var right: Int32
    var count = 0
    /// Words that have, or once had, the pair; each once in a row.
    var words: [Int32] = []
  }

  /// - Parameter tokens: the pieces to begin with.
  init(tokens: [[UInt8]]) {
    self.tokens = tokens
    idOfToken = Dictionary(tokens.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
  }

  /// Takes in a word, unless it has a character that is not among the tokens.
  mutating func add(word: String, count: Int) {
    let start = pieces.count
    for scalar in word.unicodeScalars {
      let mark = pieces.count == start ? "" : "##"
      guard let id = idOfToken[Array(mark.utf8) + Array(String(scalar).utf8)] else {
        pieces.removeSubrange(start...)
        return
      }
      pieces.append(id)
    }
    let index = Int32(words.count)
    words.append((start, pieces.count - start, count))
    for place in start..<max(pieces.count - 1, start) {
      _ = change(pieces[place], pieces[place + 1], by: count, in: index)
    }
  }

  /// Joins pairs until there are `size` tokens or none is left that occurs `minimumFrequency` times.
  mutating func merge(upTo size: Int, minimumFrequency: Int) {
    for (index, pair) in pairs.enumerated() { heap.push(entry(of: pair, index)) }
    while tokens.count < size, let top = heap.pop() {
      let pair = pairs[top.pair]
      // Counts fall without the heap's knowledge; an entry is put right when it comes to the top.
      guard pair.count == top.count else {
        if pair.count >= minimumFrequency { heap.push(entry(of: pair, top.pair)) }
        continue
      }
      guard pair.count >= minimumFrequency else { break }
      join(top.pair)
    }
  }

  private func entry(of pair: Pair, _ index: Int) -> Heap.Entry {
    Heap.Entry(count: pair.count, left: pair.left, right: pair.right, pair: index)
  }

  private mutating func join(_ index: Int) {
    let (left, right) = (pairs[index].left, pairs[index].right)
    let affected = pairs[index].words
    pairs[index].words = []
    let joined = id(of: tokens[Int(left)] + tokens[Int(right)].dropFirst(2))
    var grown: [Int] = []
    for word in affected { join(left, right, as: joined, in: word, &grown) }
    pairs[index].count = 0
    for index in grown {
      // A pair that grows several times is pushed once for each; all but the first are out of date when they come up.
      heap.push(entry(of: pairs[index], index))
    }
  }

  private mutating func id(of token: [UInt8]) -> Int32 {
    if let id = idOfToken[token] { return id }
    let id = Int32(tokens.count)
    tokens.append(token)
    idOfToken[token] = id
    return id
  }

  private mutating func join(
    _ left: Int32, _ right: Int32, as joined: Int32, in word: Int32, _ grown: inout [Int]
  ) {
    let (start, length, count) = words[Int(word)]
    var read = start
    var write = start
    let end = start + length
    while read < end {
      guard read + 1 < end, pieces[read] == left, pieces[read + 1] == right else {
        pieces[write] = pieces[read]
        read += 1
        write += 1
        continue
      }
      if write > start {
        _ = change(pieces[write - 1], left, by: -count, in: word)
        grown.append(change(pieces[write - 1], joined, by: count, in: word))
      }
      if read + 2 < end {
        _ = change(right, pieces[read + 2], by: -count, in: word)
        grown.append(change(joined, pieces[read + 2], by: count, in: word))
      }
      pieces[write] = joined
      write += 1
      read += 2
    }
    words[Int(word)].length = write - start
  }

  /// Changes how often a pair occurs and returns its index.
  private mutating func change(_ left: Int32, _ right: Int32, by count: Int, in word: Int32) -> Int {
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    let index = indexOfPair[key] ?? pairs.count
    if index == pairs.count {
      indexOfPair[key] = index
      pairs.append(Pair(left: left, right: right))
    }
    pairs[index].count += count
    if count > 0, pairs[index].words.last != word { pairs[index].words.append(word) }
    return index
  }
}

extension PairMerger {
  /// A binary heap with the most frequent pair on top; of equals, the one with the smaller ids.
  private struct Heap {
    struct Entry {
      var count: Int
      var left: Int32
      var right: Int32
      var pair: Int

      func precedes(_ other: Entry) -> Bool {
        (other.count, left, right) < (count, other.left, other.right)
      }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
      entries.append(entry)
      var place = entries.count - 1
      while place > 0, entries[place].precedes(entries[(place - 1) / 2]) {
        entries.swapAt(place, (place - 1) / 2)
        place = (place - 1) / 2
      }
    }

    mutating func pop() -> Entry? {
      guard let top = entries.first, let last = entries.popLast() else { return nil }
      guard !entries.isEmpty else { return top }
      entries[0] = last
      var place = 0
      while true {
        var first = place
        for child in [2 * place + 1, 2 * place + 2] where child < entries.count {
          if entries[child].precedes(entries[first]) { first = child }
        }
        if first == place { return top }
        entries.swapAt(place, first)
        place = first
      }
    }
  }
}
