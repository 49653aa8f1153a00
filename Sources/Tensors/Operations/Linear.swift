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
  let input: Matrix
  let parameters: LinearParameters
  let activation: Activation
  /// Kept for backward when there is an activation.
  let beforeActivation: UnsafeMutablePointer<Float>?
  let output: Matrix

  func forward(on tape: Tape) {
    let store = tape.parameters
    var arguments = braid_product_arguments(
      left: input.values, left_stride: Int64(input.columns),
      right: store.packed(parameters), right_stride: 0,
      rows: Int64(input.rows), columns: Int64(parameters.outputs), depth: Int64(parameters.inputs),
      output: output.values, output_stride: Int64(output.columns), accumulate: false,
      bias: parameters.bias.rows > 0 ? store.pointer(parameters.bias) : nil,
      activation: activation.code, before_activation: beforeActivation)
    timeProduct("forward", on: tape) { product(&arguments, on: tape) }
  }

  private func product(_ arguments: UnsafePointer<braid_product_arguments>, on tape: Tape) {
    if tape.parameters.usesBfloat16(parameters) {
      braid_product_bfloat16(tape.device.handle, arguments)
    } else {
      braid_product(tape.device.handle, arguments)
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
    if let beforeActivation {
      var arguments = braid_activation_backward_arguments(
        activation: activation.code, count: Int64(output.count), before: beforeActivation, gradient: gradient)
      tape.timed("Linear activation gradient") { braid_activation_backward(tape.device.handle, &arguments) }
    }
    if let gradients = tape.gradients {
      tape.timed("Linear bias gradient") { addBiasGradient(gradient, to: gradients, on: tape) }
      timeProduct("weight gradient", on: tape) { addWeightGradient(gradient, to: gradients, on: tape) }
    }
    guard input.needsGradient else { return }
    let target = tape.gradientToAdd(to: input)
    let store = tape.parameters
    let isPacked = store.usesBfloat16(parameters)
    var arguments = braid_product_arguments(
      left: gradient, left_stride: Int64(output.columns),
      right: isPacked
        ? store.packedForBackward(parameters) : UnsafePointer(store.pointer(parameters.weight)),
      right_stride: isPacked ? 0 : Int64(parameters.inputs),
      rows: Int64(input.rows), columns: Int64(parameters.inputs), depth: Int64(parameters.outputs),
      output: target.base, output_stride: Int64(input.columns), accumulate: target.accumulates,
      bias: nil, activation: BRAID_ACTIVATION_NONE, before_activation: nil)
    timeProduct("input gradient", on: tape) { product(&arguments, on: tape) }
  }

  private func addBiasGradient(
    _ gradient: UnsafeMutablePointer<Float>, to gradients: GradientBuffers, on tape: Tape
  ) {
    tape.parameters.forEachTrainedStretch(of: parameters.bias, outputs: output.columns) { outputs in
      for range in tape.ranges(of: input) {
        var sums = braid_column_sums_arguments(
          matrix: gradient + outputs.lowerBound, stride: Int64(output.columns), columns: Int64(outputs.count),
          first_row: Int64(range.first), last_row: Int64(range.last),
          sums: gradients.pointer(parameters.bias, slot: range.slot) + outputs.lowerBound)
        braid_column_sums(tape.device.handle, &sums)
      }
    }
  }

  private func addWeightGradient(
    _ gradient: UnsafeMutablePointer<Float>, to gradients: GradientBuffers, on tape: Tape
  ) {
    let columns = Int64(input.columns)
    tape.parameters.forEachTrainedStretch(of: parameters.weight, outputs: output.columns) { outputs in
      for range in tape.ranges(of: input) {
        var product = braid_transposed_product_arguments(
          left: gradient + outputs.lowerBound, left_stride: Int64(output.columns), right: input.values,
          right_stride: columns, first_row: Int64(range.first), last_row: Int64(range.last),
          output_rows: Int64(outputs.count), output_columns: columns,
          output: gradients.pointer(parameters.weight, slot: range.slot) + outputs.lowerBound * input.columns)
        if tape.parameters.usesBfloat16(parameters) {
          braid_transposed_product_bfloat16(tape.device.handle, &product)
        } else {
          braid_transposed_product(tape.device.handle, &product)
        }
      }
    }
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
      needsGradient: input.needsGradient || self.parameters.isTrainable(parameters.weight)
        || self.parameters.isTrainable(parameters.bias))
    let before = isTraining && activation != .none ? floats(output.count) : nil
    return perform(
      Linear(
        input: input, parameters: parameters, activation: activation, beforeActivation: before, output: output
      ))
  }
}
