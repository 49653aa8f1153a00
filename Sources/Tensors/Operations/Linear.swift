/// output[rows, outputs] = activation(input[rows, inputs] · Wᵀ + b)
struct Linear: Operation {
  let input: Matrix
  let parameters: LinearParameters
  let activation: Activation
  /// Kept for backward when there is an activation.
  let beforeActivation: Numbers?
  let output: Matrix

  func forward(on tape: Tape) {
    parameters.outputs(
      of: input.values, rows: input.rows, activation: activation, beforeActivation: beforeActivation,
      into: output.values, on: tape)
  }

  func backward(on tape: Tape) {
    let gradient = tape.gradient(of: output)
    if let beforeActivation {
      tape.timed("Linear activation gradient") {
        tape.device.activationBackward(activation, before: beforeActivation, gradient: gradient)
      }
    }
    parameters.addGradients(of: gradient, input: input.values, in: input, on: tape)
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    parameters.inputGradients(
      of: gradient, rows: input.rows, into: target.values, accumulates: target.accumulates,
      on: tape)
  }
}

extension Tape {
  /// activation(input · Wᵀ + b), a row for each row of the input.
  public func linear(_ input: Matrix, _ parameters: LinearParameters, activation: Activation = .none)
    -> Matrix
  {
    precondition(
      input.columns == parameters.inputs, "a linear layer's input has another width than its weight")
    let output = matrix(
      rows: input.rows, columns: parameters.outputs, in: input.rowSpace,
      needsGradient: input.needsGradient || self.parameters.isTrainable(parameters))
    let before = isTraining && activation != .none ? floats(output.count) : nil
    return perform(
      Linear(
        input: input, parameters: parameters, activation: activation, beforeActivation: before, output: output
      ))
  }
}
