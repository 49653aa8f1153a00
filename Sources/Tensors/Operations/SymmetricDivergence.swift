/// loss = mean over distributions of KL(p ‖ q) + KL(q ‖ p) = Σ (p − q)(a − b), with p = softmax(a) and q = softmax(b)
/// (Jiang et al. 2020, SMART, section 3.1, where it is ℓ_s of classes). Both sides have gradients.
struct SymmetricDivergence: Operation {
  let first: Matrix
  let second: Matrix
  let distributions: Distributions
  /// p and q: kept for backward.
  let firstProbabilities: Numbers
  let secondProbabilities: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    firstProbabilities.update(from: first.values)
    secondProbabilities.update(from: second.values)
    var total = 0.0
    for distribution in 0..<distributions.count {
      let range = distributions[distribution]
      softmax(firstProbabilities.part(range))
      softmax(secondProbabilities.part(range))
      for index in range {
        let difference = Double(first.values[index]) - Double(second.values[index])
        total += (Double(firstProbabilities[index]) - Double(secondProbabilities[index])) * difference
      }
    }
    output.values[0] = Float(total / Double(distributions.count))
  }

  func backward(on tape: Tape) {
    let scale = tape.gradient(of: output)[0] / Float(distributions.count)
    add(scale, to: first, probabilities: firstProbabilities, other: second, secondProbabilities, on: tape)
    add(scale, to: second, probabilities: secondProbabilities, other: first, firstProbabilities, on: tape)
  }

  /// With d = a − b: the gradient of a is p − q + p ∘ (d − Σ p d); b's is the same with the sides exchanged.
  private func add(
    _ scale: Float, to side: Matrix, probabilities: Numbers, other: Matrix,
    _ otherProbabilities: Numbers,
    on tape: Tape
  ) {
    guard let target = tape.gradientToSum(for: side) else { return }
    for distribution in 0..<distributions.count {
      let range = distributions[distribution]
      var mean: Float = 0
      for index in range { mean += probabilities[index] * (side.values[index] - other.values[index]) }
      for index in range {
        let difference = side.values[index] - other.values[index]
        target[index] +=
          scale
          * (probabilities[index] - otherProbabilities[index] + probabilities[index] * (difference - mean))
      }
    }
  }
}

extension Tape {
  /// The Kullback-Leibler divergences of the softmax of two matrices of logits from each other, both ways added up. [1, 1].
  ///
  /// - Parameter starts: the first of the scores that each softmax is over, and the end of the last: the candidates of each
  ///   query. Nil for a softmax a row.
  public func symmetricDivergence(_ first: Matrix, _ second: Matrix, starts: Indices? = nil) -> Matrix {
    precondition(first.rows == second.rows && first.columns == second.columns, "two matrices of one size")
    let output = matrix(
      rows: 1, columns: 1, in: first.rowSpace, needsGradient: first.needsGradient || second.needsGradient)
    return perform(
      SymmetricDivergence(
        first: first, second: second, distributions: Distributions(of: first, starts: starts),
        firstProbabilities: floats(first.count),
        secondProbabilities: floats(first.count), output: output))
  }
}
