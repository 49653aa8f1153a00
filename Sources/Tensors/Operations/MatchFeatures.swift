/// output = [a; b; |a − b|; a ∘ b], the features by which two vectors are compared (Liu, Duh & Gao 2018, eq. 6)
struct MatchFeatures: Operation {
  let first: Matrix
  let second: Matrix
  let output: Matrix

  func forward(on tape: Tape) {
    let size = first.columns
    for row in 0..<first.rows {
      let a = first.row(row)
      let b = second.row(row)
      let target = output.row(row)
      for i in 0..<size {
        target[i] = a[i]
        target[size + i] = b[i]
        target[2 * size + i] = abs(a[i] - b[i])
        target[3 * size + i] = a[i] * b[i]
      }
    }
  }

  func backward(on tape: Tape) {
    let size = first.columns
    let gradient = tape.gradient(of: output)
    let firstTarget = tape.gradientToSum(for: first)
    let secondTarget = tape.gradientToSum(for: second)
    for row in 0..<first.rows {
      let a = first.row(row)
      let b = second.row(row)
      let d = gradient.part(from: row * 4 * size, count: 4 * size)
      for i in 0..<size {
        let sign: Float = a[i] > b[i] ? 1 : a[i] < b[i] ? -1 : 0
        firstTarget?[row * size + i] += d[i] + sign * d[2 * size + i] + b[i] * d[3 * size + i]
        secondTarget?[row * size + i] += d[size + i] - sign * d[2 * size + i] + a[i] * d[3 * size + i]
      }
    }
  }
}

extension Tape {
  /// [a; b; |a − b|; a ∘ b] row by row: [rows, 4 · columns].
  public func matchFeatures(_ first: Matrix, _ second: Matrix) -> Matrix {
    precondition(first.rows == second.rows && first.columns == second.columns)
    let output = matrix(
      rows: first.rows, columns: 4 * first.columns, in: first.rowSpace,
      needsGradient: first.needsGradient || second.needsGradient)
    return perform(MatchFeatures(first: first, second: second, output: output))
  }
}
