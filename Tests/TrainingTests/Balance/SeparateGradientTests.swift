import Networks
import Tensors
import Testing
import Training

/// One backward pass gives each task the gradient that a pass of its own would.
@Suite struct SeparateGradientTests {
  @Test(
    "Of every parameter each task's gradient is that of a backward pass alone", arguments: DeviceChoice.all)
  func alone(_ choice: DeviceChoice) throws {
    let fixture = try ParityFixture()
    let count = fixture.batches.tasks.count
    let parity = try ParityNetwork(fixture, on: choice, dropout: 0.1)
    let layout = parity.parameters.layout
    let together = try GradientBuffers(layout: layout, slots: count)
    backward(parity, tasks: 0..<count, slot: { $0 }, into: together)

    let alone = try GradientBuffers(layout: layout)
    for task in 0..<count {
      alone.clear()
      backward(parity, tasks: task..<task + 1, slot: { _ in 0 }, into: alone)
      for entry in layout.entries {
        let difference = relativeDifference(
          Array(together.floats(of: entry, slot: task)), Array(alone.floats(of: entry)))
        #expect(difference < 1e-5, "\(fixture.batches.tasks[task].name), \(entry.name)")
      }
    }
  }

  /// All tasks forward, and the losses of some back.
  private func backward(
    _ parity: ParityNetwork, tasks: Range<Int>, slot: (Int) -> Int, into gradients: GradientBuffers
  ) {
    let tape = Tape(parameters: parity.parameters, gradients: gradients)
    tape.reset(training: true, dropoutSeed: 7)
    let losses = parity.network.forward(parity.batch(0), slot: slot, on: tape)
      .map { parity.network.loss(of: $0, on: tape) }
    tape.backward(from: tasks.map { (loss: losses[$0], weight: 1) })
  }
}
