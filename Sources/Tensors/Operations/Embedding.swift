import Kernels

/// output[row] = Σ over up to three tables of table[ids[row]]
struct Embedding: Operation {
  typealias Lookup = (table: Parameter, ids: Indices)

  let first: Lookup
  let second: Lookup?
  let third: Lookup?
  let output: Matrix

  func forward(on tape: Tape) {
    let store = tape.parameters
    var arguments = braid_embedding_arguments(
      tables: (
        UnsafePointer(store.pointer(first.table)), second.map { UnsafePointer(store.pointer($0.table)) },
        third.map { UnsafePointer(store.pointer($0.table)) }
      ),
      ids: (
        UnsafePointer(first.ids.values), second.map { UnsafePointer($0.ids.values) },
        third.map { UnsafePointer($0.ids.values) }
      ),
      output: output.values, rows: Int64(output.rows), columns: Int64(output.columns))
    braid_embedding(tape.device.handle, &arguments)
  }

  func backward(on tape: Tape) {
    backward(to: first, on: tape)
    if let second { backward(to: second, on: tape) }
    if let third { backward(to: third, on: tape) }
  }

  private func backward(to lookup: Lookup, on tape: Tape) {
    guard let gradients = tape.gradients, tape.parameters.isTrainable(lookup.table) else { return }
    for range in tape.ranges(of: output) {
      let ids = UnsafeBufferPointer(start: lookup.ids.values + range.first, count: range.last - range.first)
      gradients.touch(ids, of: lookup.table, slot: range.slot)
      var arguments = braid_embedding_backward_arguments(
        gradient: tape.gradient(of: output), ids: lookup.ids.values,
        table_gradient: gradients.pointer(lookup.table, slot: range.slot),
        first_row: Int64(range.first), last_row: Int64(range.last), columns: Int64(output.columns))
      braid_embedding_backward(tape.device.handle, &arguments)
    }
  }
}

extension Tape {
  /// The sum of the rows that `ids` pick from one to three tables of the same width.
  ///
  /// Every id is checked against its table, since an id out of range would read foreign memory.
  public func embedding(_ lookups: [(table: Parameter, ids: Indices)], in space: RowSpace) -> Matrix {
    precondition((1...3).contains(lookups.count), "an embedding sums one to three tables")
    for lookup in lookups {
      precondition(
        lookup.ids.count == lookups[0].ids.count && lookup.table.columns == lookups[0].table.columns,
        "the tables of an embedding have the same width, and each has an id a row")
      for position in 0..<lookup.ids.count {
        precondition(
          (0..<lookup.table.rows).contains(lookup.ids[position]), "an id is outside its embedding table")
      }
      parameters.rowsBehind?.catchUp(lookup.table, rows: lookup.ids)
    }
    let output = matrix(
      rows: lookups[0].ids.count, columns: lookups[0].table.columns, in: space,
      needsGradient: lookups.contains { parameters.isTrainable($0.table) })
    return perform(
      Embedding(
        first: lookups[0], second: lookups.count > 1 ? lookups[1] : nil,
        third: lookups.count > 2 ? lookups[2] : nil, output: output))
  }
}
