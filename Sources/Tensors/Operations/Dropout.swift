import Kernels

/// output = input ∘ mask / (1 − rate) (Srivastava et al. 2014)
struct Dropout: Operation {
  let input: Matrix
  let dropout: braid_dropout
  let output: Matrix

  func forward(on tape: Tape) { apply(to: input.values, into: output.values, accumulates: false, on: tape) }

  func backward(on tape: Tape) {
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    apply(to: tape.gradient(of: output), into: target.base, accumulates: target.accumulates, on: tape)
  }

  private func apply(
    to source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, accumulates: Bool,
    on tape: Tape
  ) {
    var arguments = braid_dropout_arguments(
      input: source, output: target, count: Int64(input.count), accumulate: accumulates, dropout: dropout)
    braid_dropout_apply(tape.device.handle, &arguments)
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
