/// Lists of whole numbers, stored flat.
public struct IntegerLists: Sendable, Equatable {
  /// Those of all lists, one after the other.
  public private(set) var values: [Int32] = []
  /// Where each list begins in `values`, and the end: `count + 1` offsets.
  public private(set) var starts: [Int32] = [0]

  public init(_ lists: [[Int32]] = []) {
    for list in lists { append(list) }
  }

  public var count: Int { starts.count - 1 }

  public subscript(_ list: Int) -> ArraySlice<Int32> { values[Int(starts[list])..<Int(starts[list + 1])] }

  /// Adds a list. All together hold at most 2³¹ - 1 numbers, which `ExampleBuilder` sees to for those from files.
  public mutating func append(_ list: some Sequence<Int32>) {
    values += list
    starts.append(Int32(values.count))
  }
}
