import Foundation
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

    /// The sum of the singular values of three rows: their lengths once rotations have made them orthogonal (Hestenes 1958).
    private func singularValueSum(_ rows: [[Double]]) -> Double {
      var rows = rows
      for _ in 0..<30 {
        for (p, q) in [(0, 1), (0, 2), (1, 2)] {
          func product(_ a: Int, _ b: Int) -> Double { zip(rows[a], rows[b]).reduce(0) { $0 + $1.0 * $1.1 } }
          let angle = 0.5 * atan2(2 * product(p, q), product(q, q) - product(p, p))
          for index in rows[p].indices {
            let (first, second) = (rows[p][index], rows[q][index])
            rows[p][index] = cos(angle) * first - sin(angle) * second
            rows[q][index] = sin(angle) * first + cos(angle) * second
          }
        }
      }
      return rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }

    /// Three copies of two weights, a bias and a weight that is frozen.
    private func copies() throws -> (stretches: [ParameterStretch], store: ParameterStore) {
      let scope = ParameterScope()
      let stretches = (0..<3).map { copy in
        scope.stretch {
          let own = scope.scope("copy\(copy)")
          _ = own.linear("dense", inputs: 5, outputs: 3, deviation: 1)
          _ = own.linear("other", inputs: 4, outputs: 2, deviation: 1, bias: false)
          _ = own.linear("frozen", inputs: 2, outputs: 2, deviation: 1, bias: false)
        }.stretch
      }
      let store = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
      var draws = Draws(seed: 8)
      store.fill(&draws)
      store.freeze { $0.contains("frozen") }
      return (stretches, store)
    }

    @Test(
      "the shares in the trace norm of copies of weights have the gradient of their sum, each in its own slot"
    )
    func traceNorm() throws {
      let (stretches, store) = try copies()
      let gradients = try GradientBuffers(layout: store.layout, slots: 3)
      let tape = Tape(parameters: store, gradients: gradients)
      tape.reset(training: true)
      let losses = (0..<3).map { tape.traceNorm(stretches, copy: $0, factor: 0.3, slot: $0) }
      tape.backward(from: losses.map { (loss: $0, weight: 2) })
      let names = ["dense.weight", "other.weight"]
      var total = 0.0
      for name in names {
        let values = (0..<3).map { (store["copy\($0).\(name)"] ?? []).doubles }
        let count = values[0].count
        total += 0.3 * singularValueSum(values)
        let expected = centralDifferences(at: values.flatMap { $0 }) {
          2 * 0.3 * singularValueSum(OperationReference.rows($0, columns: count))
        }
        for entry in store.layout.entries where entry.name.hasSuffix(name) {
          for slot in 0..<3 {
            let isOwn = entry.name == "copy\(slot).\(name)"
            expectAgreement(
              Array(gradients.floats(of: entry, slot: slot)),
              isOwn ? Array(expected[slot * count..<(slot + 1) * count]) : .init(repeating: 0, count: count),
              relative: 1e-4, floor: 1e-6, "\(entry.name) in slot \(slot)")
          }
        }
      }
      expectAgreement([losses.reduce(0) { $0 + $1.array[0] }], [total], relative: 1e-5, floor: 1e-6, "norms")
      for entry in store.layout.entries where !names.contains(where: { entry.name.hasSuffix($0) }) {
        #expect((0..<3).allSatisfy { gradients.floats(of: entry, slot: $0).allSatisfy { $0 == 0 } })
      }
    }

    @Test("copies that are multiples of one have the trace norm's gradient in that direction alone")
    func traceNormOfOneRank() throws {
      let (stretches, store) = try copies()
      for name in ["dense.weight", "other.weight"] {
        let entries = (0..<3).map { copy in
          store.layout.entries.first { $0.name == "copy\(copy).\(name)" }
        }
        guard let first = entries[0], let second = entries[1], let third = entries[2] else { return }
        for index in 0..<first.count {
          store.floats(of: second)[index] = store.floats(of: first)[index]
          store.floats(of: third)[index] = -2 * store.floats(of: first)[index]
        }
      }
      let gradients = try GradientBuffers(layout: store.layout)
      let tape = Tape(parameters: store, gradients: gradients)
      tape.reset(training: true)
      let losses = (0..<3).map { tape.traceNorm(stretches, copy: $0, factor: 1, slot: 0) }
      tape.backward(from: losses.map { (loss: $0, weight: 1) })
      for (copy, factor) in [1.0, 1, -2].enumerated() {
        for name in ["dense.weight", "other.weight"] {
          let values = (store["copy0.\(name)"] ?? []).doubles
          let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          let entry = try #require(store.layout.entries.first { $0.name == "copy\(copy).\(name)" })
          expectAgreement(
            Array(gradients.floats(of: entry)), values.map { factor / 6.0.squareRoot() * $0 / length },
            relative: 1e-5, floor: 1e-6, entry.name)
        }
      }
    }

    @Test("what no row of a mixture takes runs forward alone, and the gradients are those of what is taken")
    func unusedInput() throws {
      let scope = ParameterScope()
      let layers = (0..<2).map { scope.linear("\($0)", inputs: 4, outputs: 4, deviation: 1) }
      let store = try ParameterStore(layout: scope.layout, device: Device(threads: 1))
      var draws = Draws(seed: 3)
      store.fill(&draws)
      let values = draws.floats(12)
      func pass(_ mixed: (Tape, Matrix) -> Matrix) throws -> (gradients: [Float], products: Int) {
        let gradients = try GradientBuffers(layout: scope.layout)
        let tape = Tape(parameters: store, gradients: gradients)
        tape.profile = StepProfile()
        tape.reset(training: true)
        let input = tape.leaf(values, rows: 3, columns: 4, in: tape.rowSpace([RowRange(0..<3, slot: 0)]))
        let output = mixed(tape, input)
        tape.addGradient([Float](repeating: 1, count: 12), to: output)
        tape.backward(from: [])
        let products = tape.profile?.longestFirst.filter { $0.name.contains("weight gradient") } ?? []
        return (
          Array(gradients.slots[0].floats)
            + Array(tape.gradient(of: input)),
          products.reduce(0) { $0 + $1.calls }
        )
      }
      let alone = try pass { $0.linear($1, layers[1]) }
      let mixed = try pass { tape, input in
        let weights = tape.leaf(
          [0, 1, 0, 1, 0, 1], rows: 3, columns: 2, in: tape.rowSpace([RowRange(0..<3, slot: 0)]))
        return tape.mixture(layers.map { tape.linear(input, $0) }, weights: weights)
      }
      #expect(alone.products == 1 && mixed.products == 1)
      #expect(alone.gradients == mixed.gradients)
    }
  }
}
