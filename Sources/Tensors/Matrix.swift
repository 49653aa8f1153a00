/// A row-major matrix of a step: its place in the tape's memory and what the tape knows of it. Valid until the tape
/// is reset.
public struct Matrix: BitwiseCopyable {
  package let values: UnsafeMutablePointer<Float>
  public let rows: Int
  public let columns: Int
  /// Which rows belong to which task.
  public let rowSpace: RowSpace
  let index: Int32
  /// Whether backward computes its gradient.
  let needsGradient: Bool

  public var count: Int { rows * columns }

  /// A copy of its values.
  public var array: [Float] { Array(UnsafeBufferPointer(start: values, count: count)) }
}

/// A way to divide rows among tasks, registered with a tape. All matrices with a row a token share one; matrices with
/// a row a sequence share another.
public struct RowSpace: BitwiseCopyable, Hashable, Sendable {
  let index: Int32
}

/// Rows of one task. The sums over rows that make a parameter's gradient are taken range by range, each into the
/// gradient buffer that `slot` names.
public struct RowRange: BitwiseCopyable, Sendable, Equatable {
  public let first: Int
  public let last: Int
  public let slot: Int

  public init(_ rows: Range<Int>, slot: Int) {
    first = rows.lowerBound
    last = rows.upperBound
    self.slot = slot
  }
}

/// Whole numbers of a step: token ids, rows to gather, where sequences start.
public struct Indices: BitwiseCopyable {
  package let values: UnsafeMutablePointer<Int32>
  public let count: Int

  subscript(_ position: Int) -> Int { Int(values[position]) }

  /// All but the last, in the same place.
  package var withoutLast: Indices { Indices(values: values, count: count - 1) }
}

/// Numbers of a step that are no matrix: target scores, gains.
public struct Numbers: BitwiseCopyable {
  package let values: UnsafeMutablePointer<Float>
  public let count: Int

  subscript(_ position: Int) -> Float { values[position] }
}

/// Matrices that one operation reads together.
struct MatrixList: BitwiseCopyable {
  let values: UnsafeMutablePointer<Matrix>
  let count: Int

  subscript(_ position: Int) -> Matrix { values[position] }
}
