/// loss = mean over rows of −log softmax(logits)[label]
struct SoftmaxCrossEntropy: Operation {
  let logits: Matrix
  let labels: Indices
  /// Kept for backward.
  let probabilities: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    let classes = logits.columns
    var total = 0.0
    probabilities.update(from: logits.values)
    for row in 0..<logits.rows {
      let logSum = softmax(probabilities.part(from: row * classes, count: classes))
      total += Double(logSum - logits.values[row * classes + labels[row]])
    }
    output.values[0] = Float(total / Double(logits.rows))
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: logits) else { return }
    let scale = tape.gradient(of: output)[0] / Float(logits.rows)
    let classes = logits.columns
    addScaled(probabilities, by: scale, to: target)
    for row in 0..<logits.rows { target[row * classes + labels[row]] -= scale }
  }
}

extension Tape {
  /// The mean over rows of the cross-entropy between softmax(logits) and the rows' labels, in nats. [1, 1].
  public func softmaxCrossEntropy(_ logits: Matrix, labels: Indices) -> Matrix {
    precondition(logits.rows == labels.count && logits.rows > 0, "one label for each row")
    for row in 0..<labels.count {
      precondition((0..<logits.columns).contains(labels[row]), "a label is not one of the classes")
    }
    let output = matrix(rows: 1, columns: 1, in: logits.rowSpace, needsGradient: logits.needsGradient)
    return perform(
      SoftmaxCrossEntropy(
        logits: logits, labels: labels, probabilities: floats(logits.count), output: output))
  }
}
