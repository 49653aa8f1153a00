/// loss = mean over rows of −logProbabilities[label]
struct NegativeLogLikelihood: Operation {
  let logProbabilities: Matrix
  let labels: Indices
  let output: Matrix

  func forward(on tape: Tape) {
    var total = 0.0
    for row in 0..<labels.count {
      total -= Double(logProbabilities.values[row * logProbabilities.columns + labels[row]])
    }
    output.values[0] = Float(total / Double(labels.count))
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: logProbabilities) else { return }
    let scale = tape.gradient(of: output)[0] / Float(labels.count)
    for row in 0..<labels.count { target[row * logProbabilities.columns + labels[row]] -= scale }
  }
}

extension Tape {
  /// The mean negative log-likelihood of labels under rows of log-probabilities, in nats. [1, 1].
  public func negativeLogLikelihood(_ logProbabilities: Matrix, labels: Indices) -> Matrix {
    precondition(logProbabilities.rows == labels.count && labels.count > 0, "one label for each row")
    for row in 0..<labels.count {
      precondition((0..<logProbabilities.columns).contains(labels[row]), "a label is not one of the classes")
    }
    let output = matrix(
      rows: 1, columns: 1, in: logProbabilities.rowSpace, needsGradient: logProbabilities.needsGradient)
    return perform(
      NegativeLogLikelihood(logProbabilities: logProbabilities, labels: labels, output: output))
  }
}
