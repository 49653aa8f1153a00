import Kernels

/// Activations of a linear layer's output.
public enum Activation: String, Sendable, BitwiseCopyable, CaseIterable {
  case none
  /// x Φ(x) (Hendrycks & Gimpel 2016).
  case gelu
  /// Its approximation by tanh (the same paper, section 2).
  case geluTanh
  case relu
  case tanh

  var code: braid_activation {
    switch self {
    case .none: BRAID_ACTIVATION_NONE
    case .gelu: BRAID_ACTIVATION_GELU
    case .geluTanh: BRAID_ACTIVATION_GELU_TANH
    case .relu: BRAID_ACTIVATION_RELU
    case .tanh: BRAID_ACTIVATION_TANH
    }
  }
}

/// output[rows, outputs] = activation(input[rows, inputs] · Wᵀ + b)
struct Linear: Operation {
  /// An activation, and what it was applied to.
  struct Activated {
    let activation: Activation
    let before: Numbers
  }

  let input: Matrix
  let parameters: LinearParameters
  let activation: Activation
  /// Kept for backward when there is an activation.
  let beforeActivation: Numbers?
  /// Of an input that nothing else reads: its gradient becomes that before the activation, in the product that makes it.
  var inputActivation: Activated?
  /// Whether the one that reads the output sees to the gradient of the activation.
  var leavesActivationGradient = false
  let output: Matrix

  func forward(on tape: Tape) {
    let store = tape.parameters
    let right = store.forwardSide(of: parameters)
    let bias = parameters.bias.rows > 0 ? store.numbers(of: parameters.bias) : nil
    timeProduct("forward", on: tape) {
      tape.device.product(
        input.values, right, rows: input.rows, depth: parameters.inputs, columns: parameters.outputs,
        into: output.values, bias: bias, activation: activation, beforeActivation: beforeActivation)
    }
  }

  /// The three products of a layer are told apart in a profile, by the layer's size.
  private func timeProduct(_ form: String, on tape: Tape, _ product: () -> Void) {
    let inputs = parameters.inputs
    tape.timed(
      "Linear \(inputs) × \(parameters.outputs) \(form)",
      operations: 2 * Double(input.rows) * Double(inputs) * Double(parameters.outputs), product)
  }

  func backward(on tape: Tape) {
    let gradient = tape.gradient(of: output)
    if let beforeActivation, !leavesActivationGradient {
      tape.timed("Linear activation gradient") {
        tape.device.activationBackward(activation, before: beforeActivation, gradient: gradient)
      }
    }
    if let gradients = tape.gradients {
      tape.timed("Linear bias gradient") { addBiasGradient(gradient, to: gradients, on: tape) }
      timeProduct("weight gradient", on: tape) { addWeightGradient(gradient, to: gradients, on: tape) }
    }
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    let right = tape.parameters.backwardSide(of: parameters)
    timeProduct("input gradient", on: tape) {
      tape.device.product(
        gradient, right, rows: input.rows, depth: parameters.outputs, columns: parameters.inputs,
        into: target.values, accumulates: target.accumulates,
        activation: inputActivation?.activation ?? .none, slopesAt: inputActivation?.before)
    }
  }

  private func addBiasGradient(_ gradient: Numbers, to gradients: GradientBuffers, on tape: Tape) {
    tape.parameters.forEachTrainedStretch(of: parameters.bias, outputs: output.columns) { outputs in
      for range in tape.ranges(of: input) {
        tape.device.addColumnSums(
          gradient, width: output.columns, columns: outputs, rows: range,
          to: gradients.gradient(of: parameters.bias, slot: range.slot).part(outputs))
      }
    }
  }

  private func addWeightGradient(_ gradient: Numbers, to gradients: GradientBuffers, on tape: Tape) {
    let columns = input.columns
    tape.parameters.forEachTrainedStretch(of: parameters.weight, outputs: output.columns) { outputs in
      for range in tape.ranges(of: input) {
        tape.device.addTransposedProduct(
          gradient, leftWidth: output.columns, columns: outputs, input.values, rightWidth: columns,
          rows: range,
          precision: tape.parameters.precision(of: parameters),
          to: gradients.gradient(of: parameters.weight, slot: range.slot)
            .part(from: outputs.lowerBound * columns, count: outputs.count * columns))
      }
    }
  }
}

extension Tape {
  /// activation(input · Wᵀ + b), a row for each row of the input.
  public func linear(_ input: Matrix, _ parameters: LinearParameters, activation: Activation = .none)
    -> Matrix
  {
    perform(layer(input, parameters, activation: activation))
  }

  /// Two layers with an activation between them: outer(activation(inner(input))). Nothing else reads what is between them,
  /// which saves backward a pass over it that two calls of `linear` would take.
  public func feedForward(
    _ input: Matrix, _ inner: LinearParameters, activation: Activation, _ outer: LinearParameters
  ) -> Matrix {
    var first = layer(input, inner, activation: activation)
    first.leavesActivationGradient = true
    var second = layer(perform(first), outer, activation: .none)
    second.inputActivation = first.beforeActivation.map { .init(activation: activation, before: $0) }
    return perform(second)
  }

  private func layer(_ input: Matrix, _ parameters: LinearParameters, activation: Activation) -> Linear {
    precondition(
      input.columns == parameters.inputs, "a linear layer's input has another width than its weight")
    let output = matrix(
      rows: input.rows, columns: parameters.outputs, in: input.rowSpace,
      needsGradient: input.needsGradient || self.parameters.isTrainable(parameters.weight)
        || self.parameters.isTrainable(parameters.bias))
    let before = isTraining && activation != .none ? floats(output.count) : nil
    return Linear(
      input: input, parameters: parameters, activation: activation, beforeActivation: before, output: output)
  }
}
