#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file in memory, to read. It costs nothing before it is looked at.
///
/// Safe because the mapping lasts as long as this does, is never written, and no more of it is handed out than there is.
@safe
package final class FileMapping: @unchecked Sendable {
  private let start: UnsafeMutableRawPointer
  package let count: Int

  /// Nil for a file that is empty or can't be mapped.
  package init?(descriptor: Int32, count: Int) {
    // A new mapping, which nobody else knows of.
    guard count > 0, let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != MAP_FAILED
    else { return nil }
    unsafe self.start = start
    self.count = count
  }

  deinit {
    // What `init` mapped.
    unsafe munmap(start, count)
  }

  /// Lends the bytes of the file.
  @inline(__always)
  package func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The whole mapping, which lasts as long as this, and this as long as the call.
    try body(unsafe UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count).span)
  }

  /// Where some numbers of the file are. Valid as long as this lives, and never to be written through.
  @unsafe
  package func numbers<Number: BitwiseCopyable & Numeric>(
    _ bytes: Range<Int>, as: Number.Type
  ) -> UnsafeMutableBufferPointer<Number> {
    precondition(
      bytes.lowerBound >= 0 && bytes.upperBound <= count
        && bytes.lowerBound % MemoryLayout<Number>.alignment == 0,
      "numbers beyond the file, or not where numbers can be")
    // Within the mapping and aligned, as checked above; any bits are a number.
    return unsafe UnsafeMutableBufferPointer(
      start: (start + bytes.lowerBound).assumingMemoryBound(to: Number.self),
      count: bytes.count / MemoryLayout<Number>.stride)
  }
}
