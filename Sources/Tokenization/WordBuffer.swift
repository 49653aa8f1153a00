/// The normalised UTF-8 of the word that is being read.
struct WordBuffer: ~Copyable {
  /// BERT takes a word of more characters than this as unknown.
  static let maximumCharacters = 100
  /// The most bytes that a word within the limit can have. A buffer that holds more is of a word beyond it, and its
  /// content no longer matters.
  static let maximumBytes = 4 * maximumCharacters
  /// Room for the longest word, one more scalar, and a read of 16 bytes anywhere.
  static let capacity = maximumBytes + 32

  /// ASCII letters and digits begin here; the values below are free for other actions of a byte.
  static let firstWordByte: UInt8 = 0x30

  /// So many as `capacity` says.
  private(set) var bytes = InlineArray<432, UInt8>(repeating: 0)
  private(set) var count = 0
  /// Marks are not sorted across this place.
  private var barrier = 0
  /// Is told where each byte comes from, if anyone asks.
  private(set) var trace: WordTrace?
  /// Where in the text the scalar is that is being appended.
  var place = 0

  /// Whether the word, complete or not, has more characters than BERT spells.
  var isTooLong: Bool {
    guard count > Self.maximumCharacters else { return false }
    guard count <= Self.maximumBytes else { return true }
    var characters = 0
    for place in 0..<count where bytes[place] & 0xC0 != 0x80 { characters += 1 }
    return characters > Self.maximumCharacters
  }

  /// Eight bytes as a little-endian number.
  @inline(__always) func number(at place: Int) -> UInt64 {
    // Where the place is a constant this is one load.
    var number: UInt64 = 0
    for offset in 0..<8 { number |= UInt64(bytes[place + offset]) << (8 * UInt64(offset)) }
    return number
  }

  @inline(__always) init(trace: WordTrace?) { self.trace = trace }

  @inline(__always) mutating func clear() {
    count = 0
    barrier = 0
  }

  mutating func setBarrier() { barrier = count }

  @inline(__always) mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    trace?.note(place, of: count)
    if count <= Self.maximumBytes { count += 1 }
  }

  /// Appends what `actions` makes of each byte from `start` on, up to the first that is not part of a word, and returns how
  /// many.
  @inline(__always)
  mutating func append(
    _ text: Span<UInt8>, from start: Int, _ actions: Span<UInt8>
  ) -> Int {
    var place = start
    var count = count
    while place < text.count {
      // There is an action for each of the 256 bytes, and the word is never longer than 401 bytes of 432. Both checks
      // together cost the tokenizer a tenth of its speed.
      let byte = unsafe actions[unchecked: Int(text[place])]
      if byte < Self.firstWordByte { break }
      unsafe bytes[unchecked: count] = byte
      if count <= Self.maximumBytes { count += 1 }
      place += 1
    }
    if trace != nil {
      for offset in 0..<place - start {
        trace?.note(start + offset, of: min(self.count + offset, Self.maximumBytes))
      }
    }
    self.count = count
    return place - start
  }

  @inline(__always) mutating func append(scalar: UInt32) {
    switch scalar {
    case 0..<0x80:
      append(UInt8(scalar))
    case 0x80..<0x800:
      append(UInt8(0xC0 | scalar >> 6))
      append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      append(UInt8(0xE0 | scalar >> 12))
      append(UInt8(0x80 | scalar >> 6 & 0x3F))
      append(UInt8(0x80 | scalar & 0x3F))
    default:
      append(UInt8(0xF0 | scalar >> 18))
      append(UInt8(0x80 | scalar >> 12 & 0x3F))
      append(UInt8(0x80 | scalar >> 6 & 0x3F))
      append(UInt8(0x80 | scalar & 0x3F))
    }
  }

  /// Inserts a mark in canonical order (Unicode Standard, definition D108): in front of the marks before it that have a
  /// greater combining class, as far back as the last scalar of class 0.
  mutating func insert(
    scalar: UInt32, combiningClass: UInt32, classOf: (_ scalar: UInt32) -> UInt32
  ) {
    guard count <= Self.maximumBytes else { return }
    var place = count
    while place > barrier {
      var before = place - 1
      while before > barrier, bytes[before] & 0xC0 == 0x80 { before -= 1 }
      var length = 0
      guard let previous = decodeScalar(bytes.span, before..<place, &length),
        classOf(previous) > combiningClass
      else { break }
      place = before
    }
    let end = count
    append(scalar: scalar)
    guard place < end, count <= Self.maximumBytes else { return }
    rotate(from: place, through: end)
  }

  /// Exchanges the bytes in `first..<middle` with those in `middle..<count`.
  private mutating func rotate(from first: Int, through middle: Int) {
    reverse(first, middle)
    reverse(middle, count)
    reverse(first, count)
  }

  private mutating func reverse(_ first: Int, _ end: Int) {
    var (low, high) = (first, end - 1)
    while low < high {
      bytes.swapAt(low, high)
      low += 1
      high -= 1
    }
  }
}

/// Decodes the scalar at the start of a range, or gives nil when its UTF-8 is not well-formed (Unicode Standard, table 3-7).
@inline(__always)
func decodeScalar(_ bytes: Span<UInt8>, _ range: Range<Int>, _ length: inout Int) -> UInt32? {
  let first = UInt32(bytes[range.lowerBound])
  if first < 0x80 {
    length = 1
    return first
  }
  func continuation(_ index: Int) -> UInt32? {
    let place = range.lowerBound + index
    guard place < range.upperBound, bytes[place] & 0xC0 == 0x80 else { return nil }
    return UInt32(bytes[place] & 0x3F)
  }
  guard first >= 0xC2, let second = continuation(1) else { return nil }
  if first < 0xE0 {
    length = 2
    return (first & 0x1F) << 6 | second
  }
  guard let third = continuation(2) else { return nil }
  if first < 0xF0 {
    length = 3
    let scalar = (first & 0xF) << 12 | second << 6 | third
    return scalar < 0x800 || (0xD800..<0xE000).contains(scalar) ? nil : scalar
  }
  guard first <= 0xF4, let fourth = continuation(3) else { return nil }
  length = 4
  let scalar = (first & 7) << 18 | second << 12 | third << 6 | fourth
  return scalar < 0x10000 || scalar > 0x10FFFF ? nil : scalar
}
