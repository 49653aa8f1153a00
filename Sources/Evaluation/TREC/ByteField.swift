#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A field of a line: some bytes in memory that someone else keeps.
struct ByteField {
  let start: UnsafePointer<UInt8>
  let count: Int

  /// Space, tab, line feed, vertical tab, form feed and carriage return, as C has them.
  @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

  /// The next field between blanks before `end`; `position` moves behind it.
  @inline(__always)
  static func next(_ position: inout UnsafePointer<UInt8>, before end: UnsafePointer<UInt8>) -> ByteField? {
    var start = position
    while start < end, isBlank(start.pointee) { start += 1 }
    var stop = start
    while stop < end, !isBlank(stop.pointee) { stop += 1 }
    position = stop
    return start < stop ? ByteField(start: start, count: stop - start) : nil
  }

  @inline(__always) func equals(_ other: UnsafePointer<UInt8>, _ otherCount: Int) -> Bool {
    count == otherCount && memcmp(start, other, count) == 0
  }

  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  /// As a message shows it: in quotes, shortened.
  var quoted: String {
    let shown = String(
      decoding: UnsafeBufferPointer(start: start, count: min(count, 60)), as: UTF8.self)
    return "'\(shown)\(count > 60 ? "…" : "")'"
  }

  /// A number for tables, the same for the same bytes.
  @inline(__always) var hash: UInt32 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = UInt64(truncatingIfNeeded: count) &* factor
    let raw = UnsafeRawPointer(start)
    var index = 0
    while index + 8 <= count {
      hash = (hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* factor
      hash ^= hash >> 32
      index += 8
    }
    if index < count {
      var rest: UInt64 = 0
      if count >= 8 {
        rest = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      } else {
        while index < count {
          rest = rest << 8 | UInt64(start[index])
          index += 1
        }
      }
      hash = (hash ^ rest) &* factor
      hash ^= hash >> 32
    }
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return UInt32(truncatingIfNeeded: hash >> 32)
  }
}

/// Whether one id goes before another, byte by byte as `strcmp` has it.
@inline(__always)
func precedes(
  _ left: UnsafePointer<UInt8>, _ leftCount: Int, _ right: UnsafePointer<UInt8>, _ rightCount: Int
) -> Bool {
  let order = memcmp(left, right, min(leftCount, rightCount))
  return order == 0 ? leftCount < rightCount : order < 0
}
