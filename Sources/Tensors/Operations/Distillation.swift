#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// loss = T² · mean over rows of KL(softmax(teacher / T) ‖ softmax(logits / T)) (Hinton, Vinyals & Dean 2015, section 2)
struct Distillation: Operation {
  let logits: Matrix
  let teacher: Numbers
  let temperature: Float
  /// softmax(logits / T) − softmax(teacher / T): kept for backward.
  let differences: UnsafeMutablePointer<Float>
  let output: Matrix

  func forward(on tape: Tape) {
    let columns = logits.columns
    var total = 0.0
    let expected = tape.floats(columns)
    for place in stride(from: 0, to: logits.count, by: columns) {
      let found = differences + place
      for index in 0..<columns {
        found[index] = logits.values[place + index] / temperature
        expected[index] = teacher[place + index] / temperature
      }
      let foundSum = softmax(found, count: columns)
      let expectedSum = softmax(expected, count: columns)
      for index in 0..<columns {
        let logRatio =
          (teacher[place + index] - logits.values[place + index]) / temperature - expectedSum + foundSum
        total += Double(expected[index] * logRatio)
        found[index] -= expected[index]
      }
    }
    output.values.pointee = Float(total / Double(logits.rows)) * temperature * temperature
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: logits) else { return }
    let scale = tape.gradient(of: output).pointee * temperature / Float(logits.rows)
    addScaled(differences, by: scale, to: target, count: logits.count)
  }
}

extension Tape {
  /// How far the softmax of logits is from that of a teacher's logits, both at a temperature, times its square. [1, 1].
  ///
  /// - Parameter teacher: logits, row by row.
  public func distillation(_ logits: Matrix, teacher: Numbers, temperature: Float) -> Matrix {
    precondition(
      teacher.count == logits.count && logits.rows > 0 && temperature > 0, "a teacher for each logit")
    let output = matrix(rows: 1, columns: 1, in: logits.rowSpace, needsGradient: logits.needsGradient)
    return perform(
      Distillation(
        logits: logits, teacher: teacher, temperature: temperature, differences: floats(logits.count),
        output: output))
  }
}
