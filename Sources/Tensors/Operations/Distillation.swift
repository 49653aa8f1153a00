#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// loss = T² · mean over distributions of KL(softmax(teacher / T) ‖ softmax(logits / T)) (Hinton, Vinyals & Dean 2015,
/// section 2)
struct Distillation: Operation {
  let logits: Matrix
  let teacher: Numbers
  let distributions: Distributions
  let temperature: Float
  /// softmax(logits / T) − softmax(teacher / T): kept for backward.
  let differences: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    var total = 0.0
    let expectations = tape.floats(logits.count)
    for distribution in 0..<distributions.count {
      let place = distributions[distribution].lowerBound
      let count = distributions[distribution].count
      let found = differences.part(from: place, count: count)
      let expected = expectations.part(from: place, count: count)
      for index in 0..<count {
        found[index] = logits.values[place + index] / temperature
        expected[index] = teacher[place + index] / temperature
      }
      let foundSum = softmax(found)
      let expectedSum = softmax(expected)
      for index in 0..<count {
        let logRatio =
          (teacher[place + index] - logits.values[place + index]) / temperature - expectedSum + foundSum
        total += Double(expected[index] * logRatio)
        found[index] -= expected[index]
      }
    }
    output.values[0] = Float(total / Double(distributions.count)) * temperature * temperature
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: logits) else { return }
    let scale = tape.gradient(of: output)[0] * temperature / Float(distributions.count)
    addScaled(differences, by: scale, to: target)
  }
}

extension Tape {
  /// How far the softmax of logits is from that of a teacher's logits, both at a temperature, times its square. [1, 1].
  ///
  /// - Parameters:
  ///   - teacher: as many logits.
  ///   - starts: the first of the scores that each softmax is over, and the end of the last: the candidates of each query.
  ///     Nil for a softmax a row.
  public func distillation(
    _ logits: Matrix, teacher: Numbers, starts: Indices? = nil, temperature: Float
  ) -> Matrix {
    precondition(
      teacher.count == logits.count && logits.rows > 0 && temperature > 0, "a teacher for each logit")
    let output = matrix(rows: 1, columns: 1, in: logits.rowSpace, needsGradient: logits.needsGradient)
    return perform(
      Distillation(
        logits: logits, teacher: teacher, distributions: Distributions(of: logits, starts: starts),
        temperature: temperature, differences: floats(logits.count), output: output))
  }
}
