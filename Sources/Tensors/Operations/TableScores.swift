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
    let (rows, columns) = (input.rows, input.columns)
    guard rows > 0 else { return }
    let packedCount = tape.device.packedCount(depth: columns, columns: rows, precision: .float32)
    let packedRoom = tape.scratch(packedCount)
    let turnedRoom = tape.scratch(output.count)
    let packed = packedRoom.part(from: 0, count: packedCount)
    let turned = turnedRoom.part(from: 0, count: output.count)
    tape.device.pack(
      input.values, rows: rows, columns: columns, transposed: true, precision: .float32, into: packed)
    timeProduct("forward", on: tape) {
      tape.device.product(
        tape.parameters.numbers(of: table), .packed(packed, .float32), rows: table.rows, depth: columns,
        columns: rows,
        into: turned)
    }
    addBias(to: turned, on: tape)
    tape.release(packedRoom)
    tape.release(turnedRoom)
  }

  private func addBias(to turned: Numbers, on tape: Tape) {
    let bias = tape.parameters.numbers(of: bias)
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
    let entries = output.columns
    if let gradients = tape.gradients {
      for range in tape.ranges(of: input) {
        if tape.parameters.isTrainable(bias) {
          tape.device.addColumnSums(
            gradient, width: entries, columns: 0..<entries, rows: range,
            to: gradients.gradient(of: bias, slot: range.slot))
        }
        if tape.parameters.isTrainable(table), range.first < range.last {
          gradients.touchAllRows(of: table, slot: range.slot)
          timeProduct("table gradient", on: tape) {
            tape.device.addTransposedProduct(
              gradient, leftWidth: entries, columns: 0..<entries, input.values, rightWidth: input.columns,
              rows: range, precision: .float32, to: gradients.gradient(of: table, slot: range.slot))
          }
        }
      }
    }
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    timeProduct("input gradient", on: tape) {
      tape.device.product(
        gradient, .rows(tape.parameters.numbers(of: table)), rows: input.rows, depth: entries,
        columns: input.columns, into: target.values, accumulates: target.accumulates)
    }
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
