import Kernels

/// The weight and bias of a LayerNorm, each [columns].
public struct LayerNormParameters: BitwiseCopyable, Sendable {
  let weight: Parameter
  let bias: Parameter
  let epsilon: Float
}

extension ParameterScope {
  public func layerNorm(_ name: String, columns: Int, epsilon: Float) -> LayerNormParameters {
    let inner = scope(name)
    return LayerNormParameters(
      weight: inner.vector("weight", count: columns, initializer: .ones),
      bias: inner.vector("bias", count: columns, initializer: .zeros), epsilon: epsilon)
  }
}

/// output = LayerNorm(residual + dropout(input)), row by row (Ba, Kiros & Hinton 2016, eq. 4)
struct LayerNorm: Operation {
  let input: Matrix
  let residual: Matrix?
  let parameters: LayerNormParameters
  let dropout: braid_dropout
  /// residual + dropout(input), and mean and inverse deviation a row: kept for backward.
  let sum: UnsafeMutablePointer<Float>?
  let statistics: UnsafeMutablePointer<Float>?
  let output: Matrix

  func forward(on tape: Tape) {
    var arguments = braid_layer_norm_arguments(
      input: input.values, residual: residual?.values,
      weight: tape.parameters.pointer(parameters.weight), bias: tape.parameters.pointer(parameters.bias),
      sum: sum, statistics: statistics, output: output.values,
      rows: Int64(input.rows), columns: Int64(input.columns), epsilon: parameters.epsilon, dropout: dropout)
    braid_layer_norm(tape.device.handle, &arguments)
  }

  func backward(on tape: Tape) {
    guard let sum, let statistics else { return }
    let gradient = tape.gradient(of: output)
    let trainsWeight = tape.parameters.isTrainable(parameters.weight)
    let trainsBias = tape.parameters.isTrainable(parameters.bias)
    if let gradients = tape.gradients, trainsWeight || trainsBias {
      for range in tape.ranges(of: input) {
        var arguments = braid_layer_norm_parameters_arguments(
          gradient: gradient, sum: sum, statistics: statistics, columns: Int64(input.columns),
          first_row: Int64(range.first), last_row: Int64(range.last),
          weight_gradient: trainsWeight ? gradients.pointer(parameters.weight, slot: range.slot) : nil,
          bias_gradient: trainsBias ? gradients.pointer(parameters.bias, slot: range.slot) : nil)
        braid_layer_norm_parameters(tape.device.handle, &arguments)
      }
    }
    guard input.needsGradient || residual?.needsGradient == true else { return }
    // The kernel writes the residual's gradient first: it must find out first whether to add, should both be the same.
    let residualTarget = residual.flatMap { $0.needsGradient ? tape.gradientToAdd(to: $0) : nil }
    // An input that wants none is rare (a frozen lexicon under a trained norm); its gradient goes to scratch memory.
    let unwanted = input.needsGradient ? nil : tape.scratch(input.count)
    let target = unwanted.map { (base: $0.base, accumulates: false) } ?? tape.gradientToAdd(to: input)
    var arguments = braid_layer_norm_backward_arguments(
      gradient: gradient, sum: sum, statistics: statistics,
      weight: tape.parameters.pointer(parameters.weight),
      input_gradient: target.base, input_accumulate: target.accumulates,
      residual_gradient: residualTarget?.base, residual_accumulate: residualTarget?.accumulates ?? false,
      rows: Int64(input.rows), columns: Int64(input.columns), dropout: dropout)
    braid_layer_norm_backward(tape.device.handle, &arguments)
    if let unwanted { tape.release(unwanted) }
  }
}

extension Tape {
  /// LayerNorm(residual + dropout(input)) · weight + bias. Without a residual, of the input alone.
  public func layerNorm(
    _ input: Matrix, residual: Matrix? = nil, _ parameters: LayerNormParameters, dropout rate: Float = 0
  ) -> Matrix {
    let needsGradient =
      input.needsGradient || residual?.needsGradient == true
      || self.parameters.isTrainable(parameters.weight) || self.parameters.isTrainable(parameters.bias)
    let output = matrix(
      rows: input.rows, columns: input.columns, in: input.rowSpace, needsGradient: needsGradient)
    return perform(
      LayerNorm(
        input: input, residual: residual, parameters: parameters, dropout: dropout(rate: rate),
        sum: isTraining ? floats(input.count) : nil, statistics: isTraining ? floats(input.rows * 2) : nil,
        output: output))
  }
}
