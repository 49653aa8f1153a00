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
  let record: Device.NormRecord?
  let output: Matrix

  func forward(on tape: Tape) {
    let store = tape.parameters
    tape.device.layerNorm(
      input.values, residual: residual?.values, weight: store.numbers(of: parameters.weight),
      bias: store.numbers(of: parameters.bias), epsilon: parameters.epsilon, dropout: dropout,
      into: output.values, keeping: record)
  }

  func backward(on tape: Tape) {
    guard let record else { return }
    let gradient = tape.gradient(of: output)
    let trainsWeight = tape.parameters.isTrainable(parameters.weight)
    let trainsBias = tape.parameters.isTrainable(parameters.bias)
    if let gradients = tape.gradients, trainsWeight || trainsBias {
      for range in tape.ranges(of: input) {
        tape.device.addLayerNormParameterGradients(
          gradient, record, columns: input.columns, rows: range,
          weight: trainsWeight ? gradients.gradient(of: parameters.weight, slot: range.slot) : nil,
          bias: trainsBias ? gradients.gradient(of: parameters.bias, slot: range.slot) : nil)
      }
    }
    guard input.needsGradient || residual?.needsGradient == true else { return }
    // The kernel writes the residual's gradient first: it must find out first whether to add, should both be the same.
    let residualTarget = residual.flatMap { $0.needsGradient ? tape.gradientToAdd(to: $0) : nil }
    // An input that wants none is rare (a frozen lexicon under a trained norm); its gradient goes to scratch memory.
    let unwanted = input.needsGradient ? nil : tape.scratch(input.count)
    let target =
      unwanted.map { Tape.GradientTarget(values: $0.part(0..<input.count), accumulates: false) }
      ?? tape.gradientToAdd(to: input)
    tape.device.layerNormBackward(
      gradient, record, weight: tape.parameters.numbers(of: parameters.weight), dropout: dropout,
      input: target, residual: residualTarget)
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
        record: isTraining
          ? Device.NormRecord(sum: floats(input.count), statistics: floats(input.rows * 2)) : nil,
        output: output))
  }
}
