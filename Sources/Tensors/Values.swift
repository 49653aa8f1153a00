/// Plain values one after the other in memory that someone else owns: a tape's arena, a buffer of parameters or gradients, a
/// file mapped into memory. A copy of this refers to the same values.
///
/// Safe because every access is checked against `count`, and because of a rule that no check stands for: whoever hands
/// these out keeps the memory as long as it says. A tape keeps it until it is reset, `Memory` as long as it lives.
@safe @frozen
public struct Values<Element: BitwiseCopyable>: BitwiseCopyable, RandomAccessCollection {
  /// For kernels and the system's calls.
  @unsafe @usableFromInline package let base: UnsafeMutablePointer<Element>
  public let count: Int

  /// - Parameters:
  ///   - base: the first of `count` initialised values, or of any bits where the element is a number.
  @unsafe @inlinable
  package init(base: UnsafeMutablePointer<Element>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  /// Whoever has these can write, but only inside this package.
  public package(set) subscript(_ position: Int) -> Element {
    @inlinable @inline(__always) get {
      precondition(UInt(bitPattern: position) < UInt(bitPattern: count), "a place beyond the values")
      // In bounds, as checked above.
      return unsafe base[position]
    }
    @inlinable @inline(__always) nonmutating set {
      precondition(UInt(bitPattern: position) < UInt(bitPattern: count), "a place beyond the values")
      // In bounds, as checked above.
      unsafe base[position] = newValue
    }
  }

  /// Some of the values, counted from 0 again.
  @inlinable @inline(__always)
  package func part(_ range: Range<Int>) -> Values {
    precondition(0 <= range.lowerBound && range.upperBound <= count, "a part beyond the values")
    // In bounds, as checked above.
    return unsafe Values(base: base + range.lowerBound, count: range.count)
  }

  /// So many values from a place on.
  @inlinable @inline(__always)
  package func part(from first: Int, count: Int) -> Values { part(first..<first + count) }

  @inlinable
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result? {
    // The whole of what this is made of.
    try unsafe body(UnsafeBufferPointer(start: base, count: count))
  }

  // MARK: Many at once

  /// Lends the bytes of all values.
  package func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bytes = unsafe UnsafeRawBufferPointer(UnsafeBufferPointer(start: base, count: count))
    // The whole of what this is made of, and nothing more.
    return try body(unsafe bytes.assumingMemoryBound(to: UInt8.self).span)
  }

  /// Lends the bytes of all values to be written. Any bits are a value where the element is a number.
  package func withMutableBytes<Result, Failure: Error>(
    _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result where Element: Numeric {
    let bytes = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: base, count: count))
    // The whole of what this is made of, and nothing more.
    var span = unsafe bytes.assumingMemoryBound(to: UInt8.self).mutableSpan
    return try body(&span)
  }

  @inlinable
  package func update(repeating value: Element) {
    // `count` values are there to be written.
    unsafe base.update(repeating: value, count: count)
  }

  @inlinable
  package func update(from source: Values) {
    precondition(source.count == count, "as many values as there is room for")
    // Both sides have so many values; they may overlap.
    unsafe base.update(from: source.base, count: count)
  }

  @inlinable
  package func update(from source: some Collection<Element>) {
    precondition(source.count == count, "as many values as there is room for")
    for (position, value) in source.enumerated() { self[position] = value }
  }
}

/// Float32 numbers: the values of a matrix, parameters, gradients, target scores.
public typealias Numbers = Values<Float>

extension Numbers {
  /// Sixteen neighbours.
  @inline(__always)
  func sixteen(from first: Int) -> SIMD16<Float> {
    precondition(first >= 0 && first <= count - 16, "sixteen numbers beyond the values")
    // In bounds, as checked above; a load of any alignment.
    return unsafe UnsafeRawPointer(base + first).loadUnaligned(as: SIMD16<Float>.self)
  }
}

/// Whole numbers of a step: token ids, rows to gather, where sequences start.
public struct Indices: BitwiseCopyable {
  let values: Values<Int32>

  public var count: Int { values.count }

  subscript(_ position: Int) -> Int { Int(values[position]) }

  /// All but the last, in the same place.
  package var withoutLast: Indices { Indices(values: values.part(0..<count - 1)) }

  /// Whether each is in a range.
  func allAre(in range: Range<Int>) -> Bool {
    values.allSatisfy { range.contains(Int($0)) }
  }
}
