/// loss = mean over rows of (first − second)², with gradients for both sides
struct SquaredDifference: Operation {
  let first: Matrix
  let second: Matrix
  let output: Matrix

  func forward(on tape: Tape) {
    var total = 0.0
    for row in 0..<first.rows {
      let difference = Double(first.values[row]) - Double(second.values[row])
      total += difference * difference
    }
    output.values[0] = Float(total / Double(first.rows))
  }

  func backward(on tape: Tape) {
    let scale = 2 * tape.gradient(of: output)[0] / Float(first.rows)
    for (side, other) in [(first, second), (second, first)] {
      guard let target = tape.gradientToSum(for: side) else { continue }
      for row in 0..<side.rows { target[row] += scale * (side.values[row] - other.values[row]) }
    }
  }
}

extension Tape {
  /// The mean squared difference of two columns of scores [rows, 1]. [1, 1].
  public func squaredDifference(_ first: Matrix, _ second: Matrix) -> Matrix {
    precondition(
      first.columns == 1 && second.columns == 1 && first.rows == second.rows && first.rows > 0,
      "two columns of as many scores")
    let output = matrix(
      rows: 1, columns: 1, in: first.rowSpace, needsGradient: first.needsGradient || second.needsGradient)
    return perform(SquaredDifference(first: first, second: second, output: output))
  }
}
