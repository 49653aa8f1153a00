import Tensors
import TestSupport
import Testing

extension TensorsTests {
  @Suite struct PrecisionTests {
    /// A linear layer of random numbers on two random rows.
    private func outputs(inputs: Int, outputs: Int, in precision: Precision) throws -> [Float] {
      let scope = ParameterScope()
      let layer = scope.linear("layer", inputs: inputs, outputs: outputs, deviation: 0.1)
      let store = try ParameterStore(
        layout: scope.layout, device: Device(threads: 1, precision: precision))
      store.initialize(seed: 1)
      let tape = Tape(parameters: store)
      tape.reset(training: false)
      var draws = Draws(seed: 2)
      let input = tape.leaf(
        draws.floats(2 * inputs), rows: 2, columns: inputs, in: tape.rowSpace([RowRange(0..<2, slot: 0)]))
      return tape.linear(input, layer, activation: .gelu).array
    }

    @Test("layers in bfloat16 and int8 are near those in float32", arguments: [Precision.bfloat16, .int8])
    func near(precision: Precision) throws {
      let exact = try outputs(inputs: 384, outputs: 40, in: .float32)
      let found = try outputs(inputs: 384, outputs: 40, in: precision)
      #expect(found != exact)
      expectAgreement(found, exact.doubles, relative: 0, floor: 0.1, precision.rawValue)
    }

    @Test("layers that are too narrow or too deep for integers keep single precision")
    func kept() throws {
      for (inputs, outputs) in [(384, 31), (65_537, 32)] {
        let exact = try self.outputs(inputs: inputs, outputs: outputs, in: .float32)
        #expect(try self.outputs(inputs: inputs, outputs: outputs, in: .int8) == exact)
      }
    }
  }
}
