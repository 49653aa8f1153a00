import Randomness

/// Times the matrix products of a linear layer against the peak that the same machine shows in the same moment.
package struct ProductBenchmark: Sendable {
  package enum Form: String, Sendable, CaseIterable {
    /// y = x · Wᵀ
    case forward
    /// dx = dy · W
    case inputGradient = "input gradient"
    /// dW = dyᵀ · x
    case weightGradient = "weight gradient"

    static func forms(in precision: Precision) -> [Form] { precision == .int8 ? [.forward] : allCases }
  }

  /// Rows, inputs and outputs of the layer.
  package struct Shape: Sendable {
    package let rows, inputs, outputs: Int

    package init(rows: Int, inputs: Int, outputs: Int) {
      self.rows = rows
      self.inputs = inputs
      self.outputs = outputs
    }

    var operations: Double { 2 * Double(rows) * Double(inputs) * Double(outputs) }
  }

  package struct Result: Sendable {
    package let form: Form
    package let shape: Shape
    /// Multiplications and additions a second, the best of the repetitions.
    package let rate: Double
    /// Of a loop in registers on as many threads.
    package let peak: Double

    package var share: Double { rate / peak }
  }

  /// Those of a MiniLM encoder, 384 hidden and 1536 feed-forward, for different numbers of tokens.
  package static let shapes = [
    Shape(rows: 1024, inputs: 384, outputs: 1536), Shape(rows: 768, inputs: 384, outputs: 384),
    Shape(rows: 768, inputs: 384, outputs: 1152), Shape(rows: 768, inputs: 1536, outputs: 384),
    Shape(rows: 2048, inputs: 384, outputs: 1536), Shape(rows: 2048, inputs: 1536, outputs: 384),
  ]

  /// Runs the forms of one shape, of integers the first alone, about `seconds` each, between two measurements of the peak of
  /// which the higher one counts.
  ///
  /// - Throws: `DeviceError` when memory is short.
  package static func run(_ shape: Shape, on device: Device, seconds: Double = 0.3) throws(DeviceError)
    -> [Result]
  {
    let scope = ParameterScope()
    let layer = scope.linear("layer", inputs: shape.inputs, outputs: shape.outputs, deviation: 0.02)
    let parameters = try ParameterStore(layout: scope.layout, device: device)
    parameters.initialize(seed: 1)
    let gradients = try GradientBuffers(layout: scope.layout)
    let input = try Memory(count: shape.rows * shape.inputs)
    let output = try Memory(count: shape.rows * shape.outputs)
    var generator = SplitMix64(seed: 2)
    for memory in [input, output] {
      for index in 0..<memory.count { memory.floats[index] = Float(generator.nextUniform() - 0.5) }
    }
    let (rows, inputs, outputs) = (shape.rows, shape.inputs, shape.outputs)
    let forward = parameters.forwardSide(of: layer)
    let bias = parameters.numbers(of: layer.bias)
    let peakBefore = device.peak(seconds: seconds)
    let forms = Form.forms(in: device.precision)
    let times = forms.map { form in
      bestTime(seconds: seconds) {
        switch form {
        case .forward:
          device.product(
            input.floats, forward, rows: rows, depth: inputs, columns: outputs, into: output.floats,
            bias: bias)
        case .inputGradient:
          device.product(
            output.floats, parameters.backwardSide(of: layer), rows: rows, depth: outputs, columns: inputs,
            into: input.floats)
        case .weightGradient:
          device.addTransposedProduct(
            output.floats, leftWidth: outputs, columns: 0..<outputs, input.floats, rightWidth: inputs,
            rows: RowRange(0..<rows, slot: 0), precision: device.precision,
            to: gradients.gradient(of: layer.weight, slot: 0))
        }
      }
    }
    let peak = max(peakBefore, device.peak(seconds: seconds))
    return zip(forms, times).map { form, time in
      Result(form: form, shape: shape, rate: shape.operations / time, peak: peak)
    }
  }

  /// Seconds of the fastest repetition: others on the machine only ever slow one down.
  private static func bestTime(seconds: Double, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var best = Duration.seconds(3600)
    body()
    repeat { best = min(best, clock.measure(body)) } while clock.now < end
    return best / .seconds(1)
  }
}
