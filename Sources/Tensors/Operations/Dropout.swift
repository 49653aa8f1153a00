import Kernels

/// output = input ∘ mask / (1 − rate) (Srivastava et al. 2014)
struct Dropout: Operation {
  let input: Matrix
  let dropout: braid_dropout
  let output: Matrix

  func forward(on tape: Tape) {
    tape.device.apply(dropout, to: input.values, into: output.values, accumulates: false)
  }

  func backward(on tape: Tape) {
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    tape.device.apply(
      dropout, to: tape.gradient(of: output), into: target.values, accumulates: target.accumulates)
  }
}

extension Tape {
  /// Drops elements in training; hands the input on when predicting or at rate 0.
  public func dropout(_ input: Matrix, rate: Float) -> Matrix {
    guard isTraining && rate > 0 else { return input }
    let output = matrix(
      rows: input.rows, columns: input.columns, in: input.rowSpace, needsGradient: input.needsGradient)
    return perform(Dropout(input: input, dropout: dropout(rate: rate), output: output))
  }
}
