import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// Agreement with PyTorch, on every instruction set and with one and two threads. The fixture's README says what the
/// tolerances catch.
@Suite struct ParityTests {
  @Test("States, pooled states and the outputs of every head are PyTorch's", arguments: DeviceChoice.all)
  func forward(_ choice: DeviceChoice) throws {
    let expected = try SafetensorsReader(ParityFixture.folder.appendingPathComponent("forward.safetensors"))
    let fixture = try ParityFixture()
    for layers in 0...2 {
      let parity = try ParityNetwork(fixture, on: choice, layers: layers)
      for isTraining in [false, true] {
        let tape = Tape(
          parameters: parity.parameters, gradients: try GradientBuffers(layout: parity.parameters.layout))
        tape.reset(training: isTraining)
        let encoded = parity.network.encoder.forward(parity.batch(0), slot: { _ in 0 }, on: tape)[0]
        #expect(try relativeDifference(encoded.states.array, expected.read("states.\(layers)")) < 1e-5)
        guard layers == 2 else { continue }
        #expect(try relativeDifference(encoded.pooled.array, expected.read("pooled")) < 1e-5)
        tape.reset(training: isTraining)
        for outputs in parity.network.forward(parity.batch(0), on: tape) {
          let task = fixture.batches.tasks[outputs.part.task]
          // The stochastic answer network gives log-probabilities, the fixture probabilities.
          let found =
            task.kind == "pair-classification-san"
            ? Array(parity.network.predictions(of: outputs).joined()) : outputs.outputs.array
          let difference = try relativeDifference(found, expected.read("outputs.\(task.name)"))
          #expect(difference < 1e-5, "\(task.name)")
        }
      }
    }
  }

  @Test("The gradient of every parameter is PyTorch's", arguments: DeviceChoice.all)
  func gradient(_ choice: DeviceChoice) throws {
    let parity = try ParityNetwork(try ParityFixture(), on: choice)
    let gradients = try GradientBuffers(layout: parity.parameters.layout)
    _ = parity.pass(0, on: Tape(parameters: parity.parameters, gradients: gradients))
    try expectGradient(of: parity) { Array(gradients.floats(of: $0)) }
  }

  @Test(
    "With products in bfloat16 the gradient points where PyTorch's in single precision does",
    arguments: DeviceChoice.all)
  func bfloat16(_ choice: DeviceChoice) throws {
    var choice = choice
    choice.precision = .bfloat16
    let parity = try ParityNetwork(try ParityFixture(), on: choice)
    let gradients = try GradientBuffers(layout: parity.parameters.layout)
    _ = parity.pass(0, on: Tape(parameters: parity.parameters, gradients: gradients))
    let expected = try ParityNetwork.tensors("gradient")
    var (product, found, wanted, distance) = (0.0, 0.0, 0.0, 0.0)
    for entry in parity.parameters.layout.entries {
      for (value, reference) in zip(gradients.floats(of: entry), try #require(expected[entry.name])) {
        product += Double(value) * Double(reference)
        found += Double(value) * Double(value)
        wanted += Double(reference) * Double(reference)
        distance += pow(Double(value - reference), 2)
      }
    }
    // That the products themselves are right is tested with the kernels. Here, that each is where it belongs: rounding to
    // eight bits, 0.4 %, some dozen times one behind the other makes 2 to 3 %, and any product gone wrong far more.
    #expect((distance / wanted).squareRoot() < 0.04)
    #expect(product / (found * wanted).squareRoot() > 0.999)
  }

  @Test("Gradients in a buffer for each task add up to PyTorch's", arguments: DeviceChoice.all)
  func gradientSlots(_ choice: DeviceChoice) throws {
    let fixture = try ParityFixture()
    let count = fixture.batches.tasks.count
    let parity = try ParityNetwork(fixture, on: choice)
    let gradients = try GradientBuffers(layout: parity.parameters.layout, slots: count)
    _ = parity.pass(0, on: Tape(parameters: parity.parameters, gradients: gradients), slot: { $0 })
    try expectGradient(of: parity) { entry in
      var sum = [Float](repeating: 0, count: entry.count)
      for slot in 0..<count {
        let own = gradients.floats(of: entry, slot: slot)
        if entry.name.hasPrefix("heads.") {
          // A head has no gradient from other tasks.
          let isOwner = entry.name.hasPrefix("heads.\(fixture.batches.tasks[slot].name).")
          #expect(isOwner || own.allSatisfy { $0 == 0 }, "\(entry.name), slot \(slot)")
        }
        for index in sum.indices { sum[index] += own[index] }
      }
      return sum
    }
  }

  private func expectGradient(
    of parity: ParityNetwork, _ found: (ParameterLayout.Entry) throws -> [Float]
  ) throws {
    let expected = try ParityNetwork.tensors("gradient")
    let withoutEffect = try parity.namesWithoutEffect()
    for entry in parity.parameters.layout.entries {
      let values = try found(entry)
      if withoutEffect.contains(entry.name) {
        #expect(values.allSatisfy { $0.magnitude < 1e-6 }, "\(entry.name)")
      } else {
        let difference = try relativeDifference(values, #require(expected[entry.name]))
        #expect(difference < 1e-5, "\(entry.name): \(difference)")
      }
    }
  }

  @Test("Twenty steps of AdamW end where PyTorch's do", arguments: DeviceChoice.all)
  func training(_ choice: DeviceChoice) throws {
    let fixture = try ParityFixture()
    let parity = try ParityNetwork(fixture, on: choice)
    let gradients = try GradientBuffers(layout: parity.parameters.layout)
    let tape = Tape(parameters: parity.parameters, gradients: gradients)
    let optimizer = try Optimizer(Optimizer.Settings(), parameters: parity.parameters) { _ in "all" }
    for (step, expected) in fixture.expected.steps.enumerated() {
      let losses = parity.pass(step, on: tape)
      for (loss, value) in zip(losses, expected.losses) {
        #expect(abs(Double(loss) - value) < 1e-5 * value, "step \(step): \(loss), expected \(value)")
      }
      let norm = optimizer.step(gradients) { _ in expected.learningRate }
      #expect(abs(norm - expected.gradientNorm) < 1e-5 * expected.gradientNorm, "step \(step)")
    }
    let final = try ParityNetwork.tensors("final")
    let withoutEffect = try parity.namesWithoutEffect()
    for entry in parity.parameters.layout.entries {
      let values = Array(parity.parameters.floats(of: entry))
      let expected = try #require(final[entry.name])
      if withoutEffect.contains(entry.name) {
        // Rounding noise that Adam magnifies: bounded by half of the sum of all learning rates.
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 5e-3 }, "\(entry.name)")
      } else {
        let difference = relativeDifference(values, expected)
        #expect(difference < 1e-5, "\(entry.name): \(difference)")
      }
    }
  }
}
