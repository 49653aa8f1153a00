/// output = 1 at the greatest of logits + noise in each row, 0 elsewhere; backward as though it were
/// softmax((logits + noise) / temperature) (Jang, Gu & Poole 2017, straight-through Gumbel-softmax)
struct StraightThroughChoice: Operation {
  let logits: Matrix
  /// One a column.
  let noise: Numbers
  let temperature: Float
  /// The softmax: kept for backward.
  let probabilities: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    let columns = logits.columns
    output.values.update(repeating: 0)
    for place in stride(from: 0, to: logits.count, by: columns) {
      var best = 0
      for index in 0..<columns {
        probabilities[place + index] = (logits.values[place + index] + noise[index]) / temperature
        if probabilities[place + index] > probabilities[place + best] { best = index }
      }
      output.values[place + best] = 1
      softmax(probabilities.part(from: place, count: columns))
    }
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: logits) else { return }
    addSoftmaxGradient(
      tape.gradient(of: output), probabilities: probabilities, scale: 1 / temperature,
      columns: logits.columns, to: target)
  }
}

extension Tape {
  /// Weights that choose one column a row: that of the greatest logit after noise is added. Their gradient is that of the
  /// softmax at this temperature.
  ///
  /// - Parameter noise: one number a column, the same for all rows.
  public func straightThroughChoice(_ logits: Matrix, noise: Numbers, temperature: Float) -> Matrix {
    precondition(noise.count == logits.columns && temperature > 0, "one number a column")
    let output = matrix(
      rows: logits.rows, columns: logits.columns, in: logits.rowSpace, needsGradient: logits.needsGradient)
    return perform(
      StraightThroughChoice(
        logits: logits, noise: noise, temperature: temperature, probabilities: floats(logits.count),
        output: output))
  }
}
