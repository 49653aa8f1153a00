/// output = softmax(input), row by row
struct RowSoftmax: Operation {
  let input: Matrix
  let output: Matrix

  func forward(on tape: Tape) {
    output.values.update(from: input.values)
    for row in 0..<input.rows { softmax(output.row(row)) }
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: input) else { return }
    addSoftmaxGradient(
      tape.gradient(of: output), probabilities: output.values, scale: 1, columns: input.columns, to: target)
  }
}

/// target += scale · p ∘ (gradient − Σ p ∘ gradient), row by row.
func addSoftmaxGradient(
  _ gradient: Numbers, probabilities: Numbers, scale: Float, columns: Int, to target: Numbers
) {
  for place in stride(from: 0, to: target.count, by: columns) {
    let mean = dotProduct(
      gradient.part(from: place, count: columns), probabilities.part(from: place, count: columns))
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
