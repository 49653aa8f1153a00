import Bytes

/// A field of a line: where in a text it is. All that it says of its content needs the text's bytes.
struct ByteField {
  let start: Int
  let end: Int

  init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  init(_ range: Range<Int>) { self.init(start: range.lowerBound, end: range.upperBound) }

  var count: Int { end - start }
  var range: Range<Int> { start..<end }

  /// Space, tab, line feed, vertical tab, form feed and carriage return, as C has them.
  @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

  /// The next field between blanks in `line`, which from then on begins behind it.
  @inline(__always)
  static func next(of line: inout Range<Int>, in text: Span<UInt8>) -> ByteField? {
    // Said here, the compiler need not check it byte by byte.
    precondition(0 <= line.lowerBound && line.upperBound <= text.count, "a line beyond the text")
    let end = line.upperBound
    var start = line.lowerBound
    while start < end, isBlank(text[start]) { start += 1 }
    var stop = start
    while stop < end, !isBlank(text[stop]) { stop += 1 }
    line = stop..<end
    return start < stop ? ByteField(start: start, end: stop) : nil
  }

  func bytes(in text: Span<UInt8>) -> [UInt8] { range.map { text[$0] } }

  func text(in text: Span<UInt8>) -> String { String(decoding: bytes(in: text), as: UTF8.self) }

  /// As a message shows it: in quotes, shortened.
  func quoted(in text: Span<UInt8>) -> String {
    let shown = ByteField(start..<start + min(count, 60)).text(in: text)
    return "'\(shown)\(count > 60 ? "…" : "")'"
  }

  /// A number for tables, the same for the same bytes.
  @inline(__always)
  func hash(in text: Span<UInt8>) -> UInt32 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = UInt64(truncatingIfNeeded: count) &* factor
    var place = start
    while place + 8 <= end {
      hash = (hash ^ text.word(at: place)) &* factor
      hash ^= hash >> 32
      place += 8
    }
    if place < end {
      var rest: UInt64 = 0
      if count >= 8 {
        rest = text.word(at: end - 8)
      } else {
        while place < end {
          rest = rest << 8 | UInt64(text[place])
          place += 1
        }
      }
      hash = (hash ^ rest) &* factor
      hash ^= hash >> 32
    }
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return UInt32(truncatingIfNeeded: hash >> 32)
  }
}
