#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What readers of text need many million times a second: the C library's searches, and eight bytes at once. All ranges are
/// checked.
extension Span<UInt8> {
  /// The first place of a byte in a range.
  @inlinable @inline(__always)
  package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range beyond the bytes")
    // The search stays in the range, which is not beyond the bytes.
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// The order of some bytes and some of another text, as `strcmp` has it: below 0, 0 or above.
  @inlinable @inline(__always)
  package func order(_ range: Range<Int>, _ other: Span<UInt8>, _ otherRange: Range<Int>) -> Int {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count && otherRange.lowerBound >= 0
        && otherRange.upperBound <= other.count, "a range beyond the bytes")
    // Both ranges are within their bytes, and no more is compared than the shorter one has.
    let order = unsafe withUnsafeBytes { bytes in
      unsafe other.withUnsafeBytes { others in
        guard let base = bytes.baseAddress, let otherBase = others.baseAddress else { return Int32(0) }
        return unsafe memcmp(
          base + range.lowerBound, otherBase + otherRange.lowerBound, Swift.min(range.count, otherRange.count)
        )
      }
    }
    return order == 0 ? range.count - otherRange.count : Int(order)
  }

  /// How long the byte order mark at the beginning is.
  package var markLength: Int { count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF ? 3 : 0 }

  /// Eight bytes, the first in the lowest bits.
  @inlinable @inline(__always)
  package func word(at place: Int) -> UInt64 {
    precondition(place >= 0 && place <= count - 8, "eight bytes beyond the bytes")
    // In bounds, as checked above; a load of any alignment.
    return UInt64(
      littleEndian: unsafe withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
    )
  }
}

extension Collection<UInt8> {
  /// Lends the bytes one after the other: where they are, or a copy.
  @inlinable
  package func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    // The storage is lent for the call, and so is the span.
    if let result = withContiguousStorageIfAvailable({ unsafe body($0.span) }) { return result }
    let copy = Array(self)
    return body(copy.span)
  }
}
