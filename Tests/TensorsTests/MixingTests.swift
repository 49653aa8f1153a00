import Tensors
import TestSupport
import Testing

extension TensorsTests {
  /// What central differences of the operation's own value can't tell.
  @Suite struct MixingTests {
    @Test(
      "a straight-through choice is of one column, and has the gradient of the softmax",
      arguments: instructionSets)
    func choice(set: InstructionSet) throws {
      let store = try ParameterStore(
        layout: ParameterLayout(), device: Device(threads: 1, instructionSet: set))
      let tape = Tape(parameters: store, gradients: try GradientBuffers(layout: store.layout))
      tape.reset(training: true)
      var draws = Draws(seed: 4)
      let logits = draws.floats(12)
      let noise = draws.floats(3)
      let leaf = tape.leaf(logits, rows: 4, columns: 3, in: tape.rowSpace([RowRange(0..<4, slot: 0)]))
      let output = tape.straightThroughChoice(leaf, noise: tape.numbers(noise), temperature: 1.7)
      for row in 0..<4 {
        let sums = (0..<3).map { logits[row * 3 + $0] + noise[$0] }
        let best = sums.indices.max { sums[$0] < sums[$1] }
        #expect((0..<3).map { output.array[row * 3 + $0] } == (0..<3).map { $0 == best ? 1 : 0 })
      }
      let functional = draws.floats(12)
      tape.addGradient(functional, to: output)
      tape.backward(from: [])
      let expected = centralDifferences(at: logits.doubles) { point in
        var sum = 0.0
        for row in 0..<4 {
          let soft = Reference.softmax((0..<3).map { (point[row * 3 + $0] + Double(noise[$0])) / 1.7 })
          for column in 0..<3 { sum += soft[column] * Double(functional[row * 3 + column]) }
        }
        return sum
      }
      let found = Array(tape.gradient(of: leaf))
      expectAgreement(found, expected, relative: 1e-4, floor: 1e-6, "gradient")
    }

    @Test("the distances of copies to their mean have the gradient of their sum, each in its own slot")
    func distance() throws {
      let scope = ParameterScope()
      let stretches = (0..<3).map { copy in
        scope.stretch {
          let own = scope.scope("copy\(copy)")
          _ = own.linear("dense", inputs: 5, outputs: 3, deviation: 1)
          _ = own.vector("frozen", count: 7, initializer: .zeros)
        }.stretch
      }
      let store = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
      var draws = Draws(seed: 8)
      store.fill(&draws)
      store.freeze { $0.hasSuffix("frozen") }
      let gradients = try GradientBuffers(layout: scope.layout, slots: 3)
      let tape = Tape(parameters: store, gradients: gradients)
      tape.reset(training: true)
      let losses = (0..<3).map { tape.distanceToMean(stretches, copy: $0, factor: 0.3, slot: $0) }
      tape.backward(from: losses.map { (loss: $0, weight: 2) })

      let names = ["dense.weight", "dense.bias"]
      func values(_ copy: Int) -> [Double] { names.flatMap { store["copy\(copy).\($0)"] ?? [] }.doubles }
      func total(_ point: [Double]) -> [Double] {
        let copies = OperationReference.rows(point, columns: 18)
        let mean = (0..<18).map { index in copies.reduce(0) { $0 + $1[index] } / 3 }
        return copies.map { copy in 0.3 * zip(copy, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      }
      let point = (0..<3).flatMap(values)
      expectAgreement(losses.map { $0.array[0] }, total(point), relative: 1e-5, floor: 1e-6, "distances")
      let expected = centralDifferences(at: point) { 2 * total($0).reduce(0, +) }
      for copy in 0..<3 {
        for slot in 0..<3 {
          let found = scope.layout.entries.filter { $0.name.hasPrefix("copy\(copy).dense") }
            .flatMap { Array(gradients.floats(of: $0, slot: slot)) }
          expectAgreement(
            found,
            slot == copy ? Array(expected[copy * 18..<copy * 18 + 18]) : [Double](repeating: 0, count: 18),
            relative: 1e-4, floor: 1e-6, "copy \(copy) in slot \(slot)")
        }
      }
      for entry in scope.layout.entries where entry.name.hasSuffix("frozen") {
        #expect((0..<3).allSatisfy { gradients.floats(of: entry, slot: $0).allSatisfy { $0 == 0 } })
      }
    }
  }
}
