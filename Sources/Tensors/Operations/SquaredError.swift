/// loss = mean over rows of (score − target)²
struct SquaredError: Operation {
  let scores: Matrix
  let targets: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    var total = 0.0
    for row in 0..<scores.rows {
      let difference = Double(scores.values[row] - targets[row])
      total += difference * difference
    }
    output.values[0] = Float(total / Double(scores.rows))
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: scores) else { return }
    let scale = 2 * tape.gradient(of: output)[0] / Float(scores.rows)
    for row in 0..<scores.rows { target[row] += scale * (scores.values[row] - targets[row]) }
  }
}

extension Tape {
  /// The mean squared error of scores [rows, 1]. [1, 1].
  public func squaredError(_ scores: Matrix, targets: Numbers) -> Matrix {
    precondition(scores.columns == 1 && scores.rows == targets.count && scores.rows > 0, "one target a score")
    let output = matrix(rows: 1, columns: 1, in: scores.rowSpace, needsGradient: scores.needsGradient)
    return perform(SquaredError(scores: scores, targets: targets, output: output))
  }
}
