import Foundation
import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct FunctionTests {
    private func apply(_ function: braid_function, _ input: [Float], set: InstructionSet) throws -> [Float] {
      try set.device { device in
        let source = Guarded(input)
        let target = Guarded(count: input.count)
        braid_apply(device, function, source.base, target.base, Int64(input.count))
        return target.values()
      }
    }

    private func line(from first: Double, to last: Double, count: Int = 200_003) -> [Float] {
      (0..<count).map { Float(first + (last - first) * Double($0) / Double(count - 1)) }
    }

    /// ±2ⁿ and neighbours, over all sizes of number.
    private var powers: [Float] {
      (-149...127).flatMap { power -> [Float] in
        let value = Float(sign: .plus, exponent: power, significand: 1)
        return [value, -value, value.nextDown, -value.nextUp, value * 1.37]
      }
    }

    @Test("exp is within 5e-7 of the C library's", arguments: InstructionSet.all)
    func exponential(set: InstructionSet) throws {
      let inputs =
        line(from: -87.3, to: 88.7) + line(from: -1, to: 1) + powers.filter { abs($0) < 87 } + [0, -0.0]
      expectAgreement(
        try apply(BRAID_FUNCTION_EXP, inputs, set: set), inputs.map { exp(Double($0)) }, relative: 5e-7,
        floor: 0, "exp")
      let extremes = try apply(
        BRAID_FUNCTION_EXP, [-.infinity, -1e30, -200, -87.4, 200, 1e30, .infinity, .nan], set: set)
      #expect(extremes[0...3].allSatisfy { $0 >= 0 && $0 < 1.3e-38 }, "\(extremes)")
      #expect(extremes[4...6].allSatisfy { $0 > 3.2e38 }, "\(extremes)")
      #expect(extremes[7].isNaN, "a value that is not a number must not turn into one")
    }

    @Test("tanh is within 5e-7 of the C library's, odd, and 1 at the ends", arguments: InstructionSet.all)
    func tangent(set: InstructionSet) throws {
      let inputs = line(from: -12, to: 12) + line(from: -0.01, to: 0.01) + powers + [0, -0.0]
      let values = try apply(BRAID_FUNCTION_TANH, inputs, set: set)
      expectAgreement(values, inputs.map { tanh(Double($0)) }, relative: 5e-7, floor: 1e-44, "tanh")
      #expect(values.allSatisfy { abs($0) <= 1 })
      let extremes = try apply(
        BRAID_FUNCTION_TANH, [-.infinity, -1e30, -20, 20, 1e30, .infinity, .nan], set: set)
      #expect(Array(extremes[0...5]) == [-1, -1, -1, 1, 1, 1], "\(extremes)")
      #expect(extremes[6].isNaN, "a value that is not a number must not turn into one")
    }

    @Test("erf is within 5e-7 of the C library's, and 1 at the ends", arguments: InstructionSet.all)
    func errorFunction(set: InstructionSet) throws {
      let inputs = line(from: -6, to: 6) + line(from: -0.01, to: 0.01) + powers + [0, -0.0]
      let values = try apply(BRAID_FUNCTION_ERF, inputs, set: set)
      expectAgreement(values, inputs.map { erf(Double($0)) }, relative: 5e-7, floor: 1e-44, "erf")
      #expect(values.allSatisfy { abs($0) <= 1 })
      let extremes = try apply(
        BRAID_FUNCTION_ERF, [-.infinity, -1e30, -20, 20, 1e30, .infinity, .nan], set: set)
      #expect(Array(extremes[0...5]) == [-1, -1, -1, 1, 1, 1], "\(extremes)")
      #expect(extremes[6].isNaN, "a value that is not a number must not turn into one")
    }

    @Test("activations hand on a value that is not a number", arguments: InstructionSet.all)
    func activationsOfNaN(set: InstructionSet) throws {
      for code in [
        BRAID_ACTIVATION_NONE, BRAID_ACTIVATION_GELU, BRAID_ACTIVATION_GELU_TANH, BRAID_ACTIVATION_RELU,
        BRAID_ACTIVATION_TANH,
      ] {
        try set.device { device in
          let panels = packed([.nan, 1], depth: 1, columns: 2, transposed: true, on: device)
          let left = Guarded([1])
          let output = Guarded(count: 2)
          var arguments = braid_product_arguments(
            left: left.base, left_stride: 1, right: panels.base, right_stride: 0,
            rows: 1, columns: 2, depth: 1,
            output: output.base, output_stride: 2, accumulate: false, bias: nil, activation: code,
            before_activation: nil, slopes_at: nil)
          braid_product(device, &arguments)
          let values = output.values()
          #expect(values[0].isNaN && !values[1].isNaN, "activation \(code.rawValue) gave \(values)")
        }
      }
    }
  }
}
