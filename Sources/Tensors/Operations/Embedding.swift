/// output[row] = Σ over up to three tables of table[ids[row]]
struct Embedding: Operation {
  typealias Lookup = (table: Parameter, ids: Indices)

  let first: Lookup
  let second: Lookup?
  let third: Lookup?
  let output: Matrix

  func forward(on tape: Tape) {
    func rows(_ lookup: Lookup) -> Device.TableRows {
      (tape.parameters.numbers(of: lookup.table), lookup.ids)
    }
    tape.device.embedding(
      rows(first), second.map(rows), third.map(rows), columns: output.columns, into: output.values)
  }

  func backward(on tape: Tape) {
    backward(to: first, on: tape)
    if let second { backward(to: second, on: tape) }
    if let third { backward(to: third, on: tape) }
  }

  private func backward(to lookup: Lookup, on tape: Tape) {
    guard let gradients = tape.gradients, tape.parameters.isTrainable(lookup.table) else { return }
    for range in tape.ranges(of: output) {
      gradients.touch(lookup.ids.values.part(range.first..<range.last), of: lookup.table, slot: range.slot)
      tape.device.addEmbeddingGradient(
        tape.gradient(of: output), ids: lookup.ids, columns: output.columns, rows: range,
        toTable: gradients.gradient(of: lookup.table, slot: range.slot))
    }
  }
}

extension Tape {
  /// The sum of the rows that `ids` pick from one to three tables of the same width.
  ///
  /// Every id must be a row of its table.
  public func embedding(_ lookups: [(table: Parameter, ids: Indices)], in space: RowSpace) -> Matrix {
    precondition((1...3).contains(lookups.count), "an embedding sums one to three tables")
    for lookup in lookups {
      precondition(
        lookup.ids.count == lookups[0].ids.count && lookup.table.columns == lookups[0].table.columns,
        "the tables of an embedding have the same width, and each has an id a row")
      precondition(lookup.ids.allAre(in: 0..<lookup.table.rows), "an id is outside its embedding table")
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
