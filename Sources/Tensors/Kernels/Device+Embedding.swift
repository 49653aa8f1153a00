import Kernels

extension Device {
  /// A row-major table, and the rows of it that are looked up.
  typealias TableRows = (table: Numbers, ids: Indices)

  /// output[row] = Σ over tables of table[ids[row]].
  func embedding(
    _ first: TableRows, _ second: TableRows?, _ third: TableRows?, columns: Int, into output: Numbers
  ) {
    let rows = output.count / columns
    precondition(output.count == rows * columns, "an output of another size")
    for lookup in [first, second, third] {
      guard let lookup else { continue }
      check(lookup.ids, rows: rows, of: lookup.table, columns: columns)
    }
    // Every id is a row of its table and there is one for each row of the output, as checked above.
    unsafe run(
      braid_embedding,
      braid_embedding_arguments(
        tables: (
          UnsafePointer(first.table.base), second.map { unsafe UnsafePointer($0.table.base) },
          third.map { unsafe UnsafePointer($0.table.base) }
        ),
        ids: (
          UnsafePointer(first.ids.values.base), second.map { unsafe UnsafePointer($0.ids.values.base) },
          third.map { unsafe UnsafePointer($0.ids.values.base) }
        ),
        output: output.base, rows: Int64(rows), columns: Int64(columns)))
  }

  /// table[ids[row]] += gradient[row] over some rows.
  func addEmbeddingGradient(
    _ gradient: Numbers, ids: Indices, columns: Int, rows: RowRange, toTable table: Numbers
  ) {
    check(ids, rows: ids.count, of: table, columns: columns)
    precondition(
      gradient.count == ids.count * columns && 0 <= rows.first && rows.first <= rows.last
        && rows.last <= ids.count, "an id for each row of the gradient")
    // Every id is a row of the table, and the rows are among those that there are, as checked above.
    unsafe run(
      braid_embedding_backward,
      braid_embedding_backward_arguments(
        gradient: gradient.base, ids: ids.values.base, table_gradient: table.base,
        first_row: Int64(rows.first), last_row: Int64(rows.last), columns: Int64(columns)))
  }

  private func check(_ ids: Indices, rows: Int, of table: Numbers, columns: Int) {
    precondition(ids.count == rows, "an id for each row")
    precondition(ids.allAre(in: 0..<table.count / columns), "an id is outside its embedding table")
  }
}
