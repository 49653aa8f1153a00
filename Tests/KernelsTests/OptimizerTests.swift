import Foundation
import Kernels
import TestSupport
import Testing

extension KernelsTests {
  @Suite struct OptimizerTests {
    private let beta1 = 0.9
    private let beta2 = 0.98
    private let epsilon = 1e-6
    private let rate = 0.01
    private let decay = 0.1
    private let scale = 0.25
    private let count = 20_003
    private let steps = 5

    private func gradient(step: Int) -> [Float] {
      var draws = Draws(seed: UInt64(step) + 100)
      return draws.floats(count)
    }

    /// Parameters after some steps, and both moments, by the kernel.
    private func run(
      _ kernel: (OpaquePointer, inout braid_adamw_arguments) -> Void, set: InstructionSet
    ) throws -> [[Float]] {
      try set.sameForAnyThreads("optimizer") { device in
        var draws = Draws(seed: 1)
        let parameters = Guarded(draws.floats(count))
        let (first, second) = (Guarded(zeros: count), Guarded(zeros: count))
        for step in 1...steps {
          let gradients = Guarded(gradient(step: step))
          var arguments = braid_adamw_arguments(
            parameters: parameters.base, first_moment: first.base, second_moment: second.base,
            gradient: gradients.base, count: Int64(count), gradient_scale: Float(scale),
            learning_rate: Float(rate), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
            weight_decay: Float(decay), correction1: Float(1 - pow(beta1, Double(step))),
            correction2: Float(1 - pow(beta2, Double(step))))
          kernel(device, &arguments)
          #expect(gradients.values().allSatisfy { $0 == 0 }, "the gradient is set to zero")
        }
        return [parameters.values(), first.values(), second.values()]
      }
    }

    @Test("AdamW's steps agree with double precision", arguments: InstructionSet.all)
    func adamW(set: InstructionSet) throws {
      let results = try run({ braid_adamw($0, &$1) }, set: set)
      var draws = Draws(seed: 1)
      var parameters = draws.floats(count).doubles
      var first = parameters.map { _ in 0.0 }
      var second = first
      for step in 1...steps {
        for (index, raw) in gradient(step: step).enumerated() {
          let g = Double(raw) * scale
          first[index] = beta1 * first[index] + (1 - beta1) * g
          second[index] = beta2 * second[index] + (1 - beta2) * g * g
          let mean = first[index] / (1 - pow(beta1, Double(step)))
          let variance = second[index] / (1 - pow(beta2, Double(step)))
          parameters[index] -= rate * (mean / (variance.squareRoot() + epsilon) + decay * parameters[index])
        }
      }
      expectAgreement(results[0], parameters, relative: 1e-6, floor: 1e-6, "parameters")
      expectAgreement(results[1], first, relative: 1e-5, floor: 1e-7, "first moment")
      // 1 − β₂ loses digits in single precision: 0.98 is off by up to 3e-8, a part in 10⁶ of 0.02.
      expectAgreement(results[2], second, relative: 1e-5, floor: 1e-9, "second moment")
    }

    @Test("Adamax's steps agree with double precision", arguments: InstructionSet.all)
    func adamax(set: InstructionSet) throws {
      let results = try run({ braid_adamax($0, &$1) }, set: set)
      var draws = Draws(seed: 1)
      var parameters = draws.floats(count).doubles
      var first = parameters.map { _ in 0.0 }
      var second = first
      for step in 1...steps {
        for (index, raw) in gradient(step: step).enumerated() {
          let g = Double(raw) * scale
          first[index] = beta1 * first[index] + (1 - beta1) * g
          second[index] = max(beta2 * second[index], abs(g) + epsilon)
          let mean = first[index] / (1 - pow(beta1, Double(step)))
          parameters[index] -= rate * (mean / second[index] + decay * parameters[index])
        }
      }
      expectAgreement(results[0], parameters, relative: 1e-6, floor: 1e-6, "parameters")
      expectAgreement(results[1], first, relative: 1e-5, floor: 1e-7, "first moment")
      expectAgreement(results[2], second, relative: 1e-6, floor: 1e-9, "largest gradient")
    }
  }
}
