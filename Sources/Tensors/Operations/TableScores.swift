import Kernels

/// output[rows, entries] = input[rows, columns] · tableᵀ + bias: a score of each row for every row of a table.
struct TableScores: Operation {
  /// Table rows that are turned into columns at once: a cache line.
  private static let block = 16

  let input: Matrix
  let table: Parameter
  let bias: Parameter
  let output: Matrix

  /// The table is the left side, which products read where it stands: packed, as weights are, it would have to be copied
  /// whenever it moves. What comes out, a row for each row of the table, is turned.
  func forward(on tape: Tape) {
    guard input.rows > 0 else { return }
    let packed = tape.scratch(
      Int(braid_packed_count(tape.device.handle, Int64(input.columns), Int64(input.rows))))
    let turned = tape.scratch(output.count)
    var packing = braid_pack_arguments(
      source: input.values, depth: Int64(input.columns), columns: Int64(input.rows), depth_stride: 1,
      column_stride: Int64(input.columns), packed: packed.base)
    braid_pack(tape.device.handle, &packing)
    var product = braid_product_arguments(
      left: tape.parameters.pointer(table), left_stride: Int64(table.columns), right: packed.base,
      right_stride: 0, rows: Int64(table.rows), columns: Int64(input.rows), depth: Int64(table.columns),
      output: turned.base, output_stride: Int64(input.rows), accumulate: false, bias: nil,
      activation: BRAID_ACTIVATION_NONE, before_activation: nil)
    timeProduct("forward", on: tape) { braid_product(tape.device.handle, &product) }
    addBias(to: turned.base, on: tape)
    tape.release(packed)
    tape.release(turned)
  }

  private func addBias(to turned: UnsafeMutablePointer<Float>, on tape: Tape) {
    let bias = tape.parameters.pointer(bias)
    let (rows, entries) = (output.rows, output.columns)
    for first in stride(from: 0, to: entries, by: Self.block) {
      let last = min(first + Self.block, entries)
      for row in 0..<rows {
        for entry in first..<last {
          output.values[row * entries + entry] = turned[entry * rows + row] + bias[entry]
        }
      }
    }
  }

  func backward(on tape: Tape) {
    let gradient = tape.gradient(of: output)
    let entries = Int64(output.columns)
    if let gradients = tape.gradients {
      for range in tape.ranges(of: input) {
        if tape.parameters.isTrainable(bias) {
          var sums = braid_column_sums_arguments(
            matrix: gradient, stride: entries, columns: entries, first_row: Int64(range.first),
            last_row: Int64(range.last), sums: gradients.pointer(bias, slot: range.slot))
          braid_column_sums(tape.device.handle, &sums)
        }
        if tape.parameters.isTrainable(table), range.first < range.last {
          gradients.touchAllRows(of: table, slot: range.slot)
          var product = braid_transposed_product_arguments(
            left: gradient, left_stride: entries, right: input.values, right_stride: Int64(input.columns),
            first_row: Int64(range.first), last_row: Int64(range.last), output_rows: entries,
            output_columns: Int64(input.columns), output: gradients.pointer(table, slot: range.slot))
          timeProduct("table gradient", on: tape) { braid_transposed_product(tape.device.handle, &product) }
        }
      }
    }
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    var product = braid_product_arguments(
      left: gradient, left_stride: entries, right: tape.parameters.pointer(table),
      right_stride: Int64(table.columns), rows: Int64(input.rows), columns: Int64(input.columns),
      depth: entries, output: target.base, output_stride: Int64(input.columns),
      accumulate: target.accumulates, bias: nil, activation: BRAID_ACTIVATION_NONE, before_activation: nil)
    timeProduct("input gradient", on: tape) { braid_product(tape.device.handle, &product) }
  }

  private func timeProduct(_ form: String, on tape: Tape, _ product: () -> Void) {
    tape.timed(
      "Scores of \(table.rows) rows \(form)",
      operations: 2 * Double(input.rows) * Double(table.rows) * Double(table.columns), product)
  }
}

extension Tape {
  /// input · tableᵀ + bias, a row for each row of the input and a column for each row of the table, which other operations may
  /// look rows up in: a decoder that is tied to embeddings (Press & Wolf 2017). Products are in single precision.
  ///
  /// Unlike a look-up this gives every row of the table a gradient, and reads every row.
  ///
  /// - Parameter bias: [1, rows of the table].
  public func scores(_ input: Matrix, ofRowsOf table: Parameter, bias: Parameter) -> Matrix {
    precondition(
      input.columns == table.columns && bias.count == table.rows, "a table's rows are as wide as the input")
    parameters.rowsBehind?.catchUp(table)
    let output = matrix(
      rows: input.rows, columns: table.rows, in: input.rowSpace,
      needsGradient: input.needsGradient || parameters.isTrainable(table) || parameters.isTrainable(bias))
    return perform(TableScores(input: input, table: table, bias: bias, output: output))
  }
}
