/// output[i] = input[rows[i]]
struct Gather: Operation {
  let input: Matrix
  let rows: Indices
  let output: Matrix

  func forward(on tape: Tape) {
    let columns = input.columns
    for row in 0..<rows.count {
      (output.values + row * columns).update(from: input.values + rows[row] * columns, count: columns)
    }
  }

  func backward(on tape: Tape) {
    guard tape.wantsGradient(input) else { return }
    let columns = input.columns, gradient = tape.gradient(of: output)
    let target = tape.gradientToAdd(to: input)
    if !target.accumulates { target.base.update(repeating: 0, count: input.count) }
    for row in 0..<rows.count {
      let source = gradient + row * columns, sum = target.base + rows[row] * columns
      for column in 0..<columns { sum[column] += source[column] }
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
