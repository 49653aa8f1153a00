import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// One backward pass gives each task the gradient that a pass of its own would.
@Suite struct SeparateGradientTests {
  @Test(
    "Of every parameter each task's gradient is that of a backward pass alone", arguments: DeviceChoice.all)
  func alone(_ choice: DeviceChoice) throws {
    let fixture = try ParityFixture()
    try expectExact(fixture, try ParityNetwork(fixture, on: choice, dropout: 0.1))
  }

  @Test(
    "So it is for every way of sharing, and what is a task's own has no other task's gradient",
    arguments: sharings)
  func sharing(_ spelling: String) throws {
    let fixture = try ParityFixture()
    let levels = fixture.batches.tasks.enumerated().map { "\($1.name):\($0 % 2 + 1)" }.joined(separator: ";")
    let names = fixture.batches.tasks.map(\.name)
    let inputs = names.indices.dropFirst().filter { $0 % 2 == 1 }
      .map { "\(names[$0]):\(names[$0 - 1])" }.joined(separator: ";")
    let groups = names.enumerated().map { "\($1):\(min($0, 1))" }.joined(separator: ";")
    let sharing = try #require(
      SharingDefinition(
        spelling: spelling.replacingOccurrences(of: "LEVELS", with: levels)
          .replacingOccurrences(of: "INPUTS", with: inputs)
          .replacingOccurrences(of: "GROUPS", with: groups)))
    let parity = try ParityNetwork(
      fixture, on: DeviceChoice(instructionSet: .portable, threads: 2), dropout: 0.1, sharing: sharing)
    try expectExact(fixture, parity)
  }

  static let sharings = [
    "hard:trunk=0", "hard:trunk=1", "hard:trunk=2", "soft:weight=0.01", "soft:weight=0.1,distance=mean",
    "soft:weight=0.01,trace=0.1", "cross-stitch", "cross-stitch:group=2", "attention", "mmoe",
    "mmoe:from=0,experts=2", "mmoe:place=pooled", "cgc", "cgc:place=pooled,experts=2", "ple", "ple:levels=1",
    "ple:shared=2", "ple:place=pooled,levels=3,shared=2", "paths", "hierarchy:levels=LEVELS",
    "hierarchy:levels=LEVELS,inputs=INPUTS", "adapters", "adapters:kind=low-rank,size=3", "groups:of=GROUPS",
  ]

  private func expectExact(_ fixture: ParityFixture, _ parity: ParityNetwork) throws {
    let count = fixture.batches.tasks.count
    let layout = parity.parameters.layout
    let together = try GradientBuffers(layout: layout, slots: count)
    backward(parity, tasks: 0..<count, slot: { $0 }, into: together)

    for entry in layout.entries where entry.name.hasPrefix("sharing.") {
      let reaching = (0..<count).count { together.floats(of: entry, slot: $0).contains { $0 != 0 } }
      #expect(reaching > 1, "\(entry.name) is one task's own")
    }

    let alone = try GradientBuffers(layout: layout)
    for task in 0..<count {
      alone.clear()
      backward(parity, tasks: task..<task + 1, slot: { _ in 0 }, into: alone)
      for entry in layout.entries {
        let difference = relativeDifference(
          Array(together.floats(of: entry, slot: task)), Array(alone.floats(of: entry)))
        let name = fixture.batches.tasks[task].name
        #expect(difference < 1e-5, "\(name), \(entry.name)")
        if entry.name.hasPrefix("own."), !entry.name.hasPrefix("own.\(name).") {
          #expect(together.floats(of: entry, slot: task).allSatisfy { $0 == 0 }, "\(name), \(entry.name)")
        }
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
    let penalties = tasks.compactMap {
      parity.network.encoder.sharing.penalty(ofTask: $0, slot: slot($0), on: tape)
    }
    tape.backward(from: (tasks.map { losses[$0] } + penalties).map { (loss: $0, weight: 1) })
  }
}
