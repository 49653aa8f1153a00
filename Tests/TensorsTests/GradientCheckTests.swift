import Tensors
import Testing

extension TensorsTests {
  @Suite struct GradientCheckTests {
    @Test("layers and their gradients agree with double precision", arguments: instructionSets, Check.layers)
    func layers(set: InstructionSet, check: Check) throws {
      try GradientCheck(check: check, set: set).run()
    }

    @Test(
      "mixtures and their gradients agree with double precision", arguments: instructionSets, Check.mixing)
    func mixing(set: InstructionSet, check: Check) throws {
      try GradientCheck(check: check, set: set).run()
    }

    @Test(
      "heads, losses and their gradients agree with double precision", arguments: instructionSets, Check.heads
    )
    func heads(set: InstructionSet, check: Check) throws {
      try GradientCheck(check: check, set: set).run()
    }
  }
}
