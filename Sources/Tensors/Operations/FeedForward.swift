/// output[rows, outputs] = activation(input[rows, inputs] · Wᵀ + b) · Vᵀ + c
///
/// Nothing else reads what is between the two layers, so the gradient of the activation is taken by the product that makes it,
/// which saves backward a pass over it that two linear layers would take.
struct FeedForward: Operation {
  let input: Matrix
  let inner: LinearParameters
  let outer: LinearParameters
  let activation: Activation
  /// Kept for backward when there is an activation.
  let beforeActivation: Numbers?
  /// [rows, outputs of the inner layer]
  let hidden: Numbers
  let output: Matrix

  func forward(on tape: Tape) {
    inner.outputs(
      of: input.values, rows: input.rows, activation: activation, beforeActivation: beforeActivation,
      into: hidden, on: tape)
    outer.outputs(of: hidden, rows: input.rows, into: output.values, on: tape)
  }

  func backward(on tape: Tape) {
    let gradient = tape.gradient(of: output)
    outer.addGradients(of: gradient, input: hidden, in: input, on: tape)
    guard input.needsGradient || tape.parameters.isTrainable(inner) else { return }
    let room = tape.scratch(hidden.count)
    defer { tape.release(room) }
    let hiddenGradient = room.part(0..<hidden.count)
    outer.inputGradients(
      of: gradient, rows: input.rows, activation: activation, slopesAt: beforeActivation,
      into: hiddenGradient, on: tape)
    inner.addGradients(of: hiddenGradient, input: input.values, in: input, on: tape)
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    inner.inputGradients(
      of: hiddenGradient, rows: input.rows, into: target.values, accumulates: target.accumulates,
      on: tape)
  }
}

extension Tape {
  /// Two layers with an activation between them: outer(activation(inner(input))).
  public func feedForward(
    _ input: Matrix, _ inner: LinearParameters, activation: Activation, _ outer: LinearParameters
  ) -> Matrix {
    precondition(
      input.columns == inner.inputs && inner.outputs == outer.inputs,
      "a feed-forward block's input has another width than its weight")
    let output = matrix(
      rows: input.rows, columns: outer.outputs, in: input.rowSpace,
      needsGradient: input.needsGradient || parameters.isTrainable(inner) || parameters.isTrainable(outer))
    let count = input.rows * inner.outputs
    return perform(
      FeedForward(
        input: input, inner: inner, outer: outer, activation: activation,
        beforeActivation: isTraining && activation != .none ? floats(count) : nil,
        hidden: floats(count), output: output))
  }
}
