import Tensors

extension Tape {
  /// A matrix whose rows are all the same parameter of one row.
  func repeated(_ row: Parameter, rows count: Int, in space: RowSpace) -> Matrix {
    embedding([(row, indices(repeatElement(Int32(0), count: count)))], in: space)
  }
}
