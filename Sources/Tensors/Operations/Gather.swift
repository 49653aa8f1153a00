/// output[i] = input[rows[i]]
struct Gather: Operation {
  let input: Matrix
  let rows: Indices
  let output: Matrix

  func forward(on tape: Tape) {
    for row in 0..<rows.count { output.row(row).update(from: input.row(rows[row])) }
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: input) else { return }
    let columns = input.columns
    let gradient = tape.gradient(of: output)
    for row in 0..<rows.count {
      addScaled(
        gradient.part(from: row * columns, count: columns), by: 1,
        to: target.part(from: rows[row] * columns, count: columns))
    }
  }
}

extension Tape {
  /// The rows that `rows` names, in that order; a row may be named more than once.
  public func gather(_ input: Matrix, rows: Indices, in space: RowSpace) -> Matrix {
    for position in 0..<rows.count {
      precondition((0..<input.rows).contains(rows[position]), "a gathered row is outside its matrix")
    }
    let output = matrix(
      rows: rows.count, columns: input.columns, in: space, needsGradient: input.needsGradient)
    return perform(Gather(input: input, rows: rows, output: output))
  }
}
