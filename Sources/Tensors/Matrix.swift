/// A row-major matrix of a step: its place in the tape's memory and what the tape knows of it. Valid until the tape
/// is reset.
public struct Matrix: BitwiseCopyable {
  /// `rows` times `columns`.
  package let values: Numbers
  public let rows: Int
  public let columns: Int
  /// Which rows belong to which task.
  public let rowSpace: RowSpace
  let index: Int32
  /// Whether backward computes its gradient.
  let needsGradient: Bool

  public var count: Int { rows * columns }

  /// A copy of its values.
  public var array: [Float] { Array(values) }

  /// The values of a row.
  package func row(_ index: Int) -> Numbers { values.part(from: index * columns, count: columns) }

  /// The values of neighbouring rows.
  package func values(ofRows rows: Range<Int>) -> Numbers {
    values.part(rows.lowerBound * columns..<rows.upperBound * columns)
  }
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

  var count: Int { last - first }
}
