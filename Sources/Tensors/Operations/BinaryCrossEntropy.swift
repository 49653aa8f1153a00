#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// loss = mean over elements of log(1 + exp(x)) − y · x, for logits x and targets y
struct BinaryCrossEntropy: Operation {
  let logits: Matrix
  let targets: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    var total = 0.0
    for index in 0..<logits.count {
      let logit = logits.values[index]
      // log(1 + exp(x)), with an exponential that can't overflow.
      total += Double(max(logit, 0) + log1p(exp(-abs(logit))) - targets[index] * logit)
    }
    output.values[0] = Float(total / Double(logits.count))
  }

  func backward(on tape: Tape) {
    guard let target = tape.gradientToSum(for: logits) else { return }
    let scale = tape.gradient(of: output)[0] / Float(logits.count)
    for index in 0..<logits.count {
      target[index] += scale * (1 / (1 + exp(-logits.values[index])) - targets[index])
    }
  }
}

extension Tape {
  /// The mean over all elements of the cross-entropy between σ(logits) and targets from 0 to 1, in nats. [1, 1].
  ///
  /// - Parameter targets: one for each element of the logits, row by row.
  public func binaryCrossEntropy(_ logits: Matrix, targets: Numbers) -> Matrix {
    precondition(logits.count == targets.count && logits.count > 0, "one target a logit")
    let output = matrix(rows: 1, columns: 1, in: logits.rowSpace, needsGradient: logits.needsGradient)
    return perform(BinaryCrossEntropy(logits: logits, targets: targets, output: output))
  }
}
