import Tensors
import TestSupport
import Testing

extension TensorsTests {
  @Suite struct TapeTests {
    private let network = SmallNetwork()

    private func store(_ set: InstructionSet, threads: Int = 2) throws -> ParameterStore {
      let device = try Device(threads: threads, instructionSet: set)
      let store = try ParameterStore(layout: network.layout, device: device)
      store.initialize(seed: 3)
      return store
    }

    /// Losses and the gradients of every slot after one step.
    private func step(
      _ tape: Tape, slots: Bool = false, weights: (Float, Float) = (1, 1), dropout: Float = 0.1,
      batch: SmallNetwork.Batch = .init()
    ) -> (losses: [Float], gradients: [[Float]]) {
      tape.gradients?.clear()
      tape.reset(training: true, dropoutSeed: 99)
      let (classes, scores) = network.losses(batch, on: tape, slots: slots, dropout: dropout)
      tape.backward(from: [(classes, weights.0), (scores, weights.1)].filter { $0.1 != 0 })
      return (classes.array + scores.array, tape.gradients?.slots.map { Array($0.floats) } ?? [])
    }

    @Test("gradients of deep random graphs survive the reuse of their memory", arguments: instructionSets)
    func randomGraphs(set: InstructionSet) throws {
      for seed: UInt64 in 2...6 {
        let graph = RandomGraph(steps: 50, seed: seed)
        let device = try Device(threads: 2, instructionSet: set)
        let store = try ParameterStore(layout: graph.layout, device: device)
        var draws = Draws(seed: seed + 50)
        store.fill(&draws, scale: 0.4)
        let gradients = try GradientBuffers(layout: graph.layout)
        let tape = Tape(parameters: store, gradients: gradients)
        tape.reset(training: true)
        let input = draws.floats(graph.inputRows * RandomGraph.width)
        let matrices = graph.run(on: tape, input: input)

        // Some matrices in the middle and the last one get gradients from outside.
        let asked = [matrices.count / 3, matrices.count / 2, matrices.count - 1]
        let functionals = asked.map { draws.floats(matrices[$0].count) }
        for (index, functional) in zip(asked, functionals) {
          tape.addGradient(functional, to: matrices[index])
        }
        tape.backward(from: [])

        let names = graph.layout.entries.map(\.name)
        let values = names.map { (store[$0] ?? []).doubles }
        func value(_ input: [Double], _ values: [[Double]]) -> Double {
          let outputs = graph.reference(
            input: input, parameters: Dictionary(uniqueKeysWithValues: zip(names, values)))
          return zip(asked, functionals).reduce(0) { sum, pair in
            zip(outputs[pair.0], pair.1).reduce(sum) { $0 + $1.0 * Double($1.1) }
          }
        }
        // Derivatives along random directions, since every element by itself would take too long.
        for part in 0...names.count {
          let point = part == 0 ? input.doubles : values[part - 1]
          let gradient =
            part == 0
            ? Array(tape.gradient(of: matrices[0]))
            : Array(gradients.floats(of: graph.layout.entries[part - 1]))
          for _ in 0..<2 {
            let direction = draws.floats(point.count).doubles
            func shifted(_ width: Double) -> Double {
              let place = zip(point, direction).map { $0 + width * $1 }
              var moved = values
              if part > 0 { moved[part - 1] = place }
              return value(part == 0 ? place : input.doubles, moved)
            }
            let expected = (shifted(1e-6) - shifted(-1e-6)) / 2e-6
            let parts = zip(gradient, direction).map { Double($0) * $1 }
            let size = parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let found = parts.reduce(0, +)
            #expect(
              abs(found - expected) < 1e-4 * max(size, abs(expected)),
              "graph \(seed), \(part == 0 ? "input" : names[part - 1]): \(found), should be \(expected)")
          }
        }
      }
    }

    @Test(
      "gradients a slot are those of each task alone, and add up to those of one slot",
      arguments: instructionSets)
    func slots(set: InstructionSet) throws {
      let store = try store(set)
      let one = Tape(parameters: store, gradients: try GradientBuffers(layout: network.layout))
      let two = Tape(parameters: store, gradients: try GradientBuffers(layout: network.layout, slots: 2))
      let together = step(one)
      let apart = step(two, slots: true)
      #expect(together.losses.bits == apart.losses.bits)
      let sums = zip(apart.gradients[0], apart.gradients[1]).map { Double($0) + Double($1) }
      expectAgreement(together.gradients[0], sums, relative: 1e-5, floor: 1e-6, "sum of the slots")
      let alone = [step(one, weights: (1, 0)), step(one, weights: (0, 1))]
      for slot in 0...1 {
        #expect(apart.gradients[slot].contains { $0 != 0 })
        expectAgreement(
          apart.gradients[slot], alone[slot].gradients[0].doubles, relative: 1e-6, floor: 1e-7, "slot \(slot)"
        )
      }
    }

    @Test("the weight of a loss scales its gradients", arguments: instructionSets)
    func weights(set: InstructionSet) throws {
      let tape = Tape(parameters: try store(set), gradients: try GradientBuffers(layout: network.layout))
      let single = step(tape, weights: (1, 0)).gradients[0]
      let triple = step(tape, weights: (3, 0)).gradients[0]
      expectAgreement(triple, single.map { 3 * Double($0) }, relative: 1e-5, floor: 1e-6, "three times")
    }

    @Test("a frozen parameter gets no gradient, and all others get the same", arguments: instructionSets)
    func frozen(set: InstructionSet) throws {
      let store = try store(set)
      let tape = Tape(parameters: store, gradients: try GradientBuffers(layout: network.layout))
      let full = step(tape)
      let rules: [(Set<String>)] = [
        ["words"], ["positions", "words"], ["key.weight"], ["key.weight", "key.bias", "query.bias"],
        ["query.weight"], ["query.weight", "key.weight", "value.weight"], ["inner.weight"],
        ["inner.bias"], ["inner.weight", "inner.bias"], ["outer.weight"], ["outer.bias"], ["norm.weight"],
        ["norm.bias"], ["classifier.weight", "classifier.bias"],
        Set(network.layout.entries.map(\.name).filter { $0.hasSuffix("weight") || !$0.contains(".") }),
        Set(network.layout.entries.map(\.name).filter { !$0.hasPrefix("score") }),
        Set(network.layout.entries.map(\.name)),
      ]
      for names in rules {
        store.freeze { names.contains($0) }
        let part = step(tape)
        #expect(part.losses.bits == full.losses.bits, "\(names)")
        for entry in network.layout.entries {
          let place = entry.offset..<entry.offset + entry.count
          let found = part.gradients[0][place]
          if names.contains(entry.name) {
            #expect(found.allSatisfy { $0 == 0 }, "\(entry.name), frozen: \(names)")
          } else {
            #expect(found.bits == full.gradients[0][place].bits, "\(entry.name), frozen: \(names)")
          }
        }
      }
      store.freeze { _ in false }
      #expect(step(tape).gradients[0].bits == full.gradients[0].bits)
    }

    @Test("a second step gives the same bits, on any number of threads", arguments: instructionSets)
    func again(set: InstructionSet) throws {
      var first: (losses: [Float], gradients: [[Float]])?
      for threads in 1...3 {
        let tape = Tape(
          parameters: try store(set, threads: threads), gradients: try GradientBuffers(layout: network.layout)
        )
        for _ in 0..<2 {
          let result = step(tape)
          #expect(result.losses.allSatisfy { $0.isFinite })
          if let first {
            #expect(result.losses.bits == first.losses.bits)
            #expect(result.gradients[0].bits == first.gradients[0].bits)
          } else {
            first = result
          }
        }
      }
    }

    @Test("gradients add up over steps until they are cleared", arguments: instructionSets)
    func accumulation(set: InstructionSet) throws {
      let gradients = try GradientBuffers(layout: network.layout)
      let tape = Tape(parameters: try store(set), gradients: gradients)
      let once = step(tape).gradients[0]
      tape.reset(training: true, dropoutSeed: 99)
      let (classes, scores) = network.losses(.init(), on: tape, slots: false, dropout: 0.1)
      tape.backward(from: [(classes, 1), (scores, 1)])
      expectAgreement(
        Array(gradients.slots[0].floats), once.map { 2 * Double($0) }, relative: 1e-5, floor: 1e-6,
        "two steps")
    }

    @Test("from the second step on nothing is allocated", arguments: instructionSets)
    func steadyState(set: InstructionSet) throws {
      let tape = Tape(
        parameters: try store(set), gradients: try GradientBuffers(layout: network.layout, slots: 2))
      let batches = [
        SmallNetwork.Batch(), SmallNetwork.Batch(classified: [3], scored: [1, 1]),
        SmallNetwork.Batch(classified: [80, 2], scored: [9]),
        SmallNetwork.Batch(classified: [1], scored: [60, 60]),
      ]
      let largest = SmallNetwork.Batch(classified: Array(repeating: 80, count: 60), scored: [80, 80, 7])
      _ = step(tape, slots: true, batch: largest)
      _ = step(tape, slots: true, batch: largest)
      let memory = tape.memoryBytes
      let allocations = tape.device.allocations
      #expect(memory > 0 && allocations > 0)
      for round in 0..<30 {
        _ = step(tape, slots: true, batch: round % 5 == 4 ? largest : batches[round % 5])
        #expect(tape.memoryBytes == memory, "round \(round)")
        #expect(tape.device.allocations == allocations, "round \(round)")
      }
    }

    @Test(
      "predicting gives the losses of training without dropout, and needs no gradients",
      arguments: instructionSets)
    func prediction(set: InstructionSet) throws {
      let store = try store(set)
      let trained = step(
        Tape(parameters: store, gradients: try GradientBuffers(layout: network.layout)), dropout: 0)
      let tape = Tape(parameters: store)
      tape.reset(training: false)
      let (classes, scores) = network.losses(.init(), on: tape, slots: false, dropout: 0.5)
      #expect((classes.array + scores.array).bits == trained.losses.bits)
    }

    @Test("dropout masks follow the step's seed, and no two operations of a step share one")
    func dropoutSeeds() throws {
      let tape = Tape(
        parameters: try store(instructionSets[0]), gradients: try GradientBuffers(layout: network.layout))
      func masks(_ seed: UInt64) -> [[Float]] {
        tape.reset(training: true, dropoutSeed: seed)
        let ones = tape.leaf(
          Array(repeating: 1, count: 4000), rows: 40, columns: 100,
          in: tape.rowSpace([RowRange(0..<40, slot: 0)]))
        return [tape.dropout(ones, rate: 0.5).array, tape.dropout(ones, rate: 0.5).array]
      }
      let first = masks(1)
      #expect(first == masks(1))
      let all = first + masks(2)
      for a in all.indices {
        for b in all.indices where b > a {
          let same = zip(all[a], all[b]).count { $0 == $1 }
          #expect((1800...2200).contains(same), "masks \(a) and \(b)")
        }
      }
    }
  }
}
