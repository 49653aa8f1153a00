/// output = softmax(input), row by row
struct RowSoftmax: Operation {
  let input: Matrix
  let output: Matrix

  func forward(on tape: Tape) {
    output.values.update(from: input.values, count: input.count)
    for row in 0..<input.rows { softmax(output.values + row * input.columns, count: input.columns) }
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: input) else { return }
    addSoftmaxGradient(
      tape.gradient(of: output), probabilities: output.values, scale: 1, rows: input.rows,
      columns: input.columns, to: target)
  }
}

/// target += scale · p ∘ (gradient − Σ p ∘ gradient), row by row.
func addSoftmaxGradient(
  _ gradient: Row, probabilities: Row, scale: Float, rows: Int, columns: Int, to target: Row
) {
  for place in stride(from: 0, to: rows * columns, by: columns) {
    let mean = dotProduct(gradient + place, probabilities + place, count: columns)
    for index in place..<place + columns {
      target[index] += scale * probabilities[index] * (gradient[index] - mean)
    }
  }
}

extension Tape {
  /// Probabilities from rows of logits.
  public func softmax(_ logits: Matrix) -> Matrix {
    let output = matrix(
      rows: logits.rows, columns: logits.columns, in: logits.rowSpace, needsGradient: logits.needsGradient)
    return perform(RowSoftmax(input: logits, output: output))
  }
}
