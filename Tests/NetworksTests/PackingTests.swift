import Foundation
import Networks
import Randomness
import Tasks
import Tensors
import Testing

/// What a batch holds besides a sequence, and in which order, has no bearing on the sequence's outputs.
@Suite struct PackingTests {
  static let devices = InstructionSet.allCases.filter(\.isAvailable).flatMap { set in
    [1, 2].map { (set, $0) }
  }

  /// One sequence's states, pooled state and head outputs, as bits.
  struct Result: Equatable {
    var states: [UInt32]
    var pooled: [UInt32]
    var outputs: [UInt32]

    init(_ states: [Float], _ pooled: [Float], _ outputs: [Float]) {
      self.states = states.map(\.bitPattern)
      self.pooled = pooled.map(\.bitPattern)
      self.outputs = outputs.map(\.bitPattern)
    }
  }

  /// Runs a batch of (task, number of the sequence) in the given order; neighbours of one task are one part.
  static func run(
    _ order: [(task: Int, index: Int)], of sequences: [[TokenSequence]], _ mixed: MixedNetwork, on tape: Tape
  ) -> [[Int]: Result] {
    var parts: [(task: Int, sequences: [TokenSequence], targets: Targets)] = []
    for (task, index) in order {
      if parts.last?.task == task {
        parts[parts.count - 1].sequences.append(sequences[task][index])
      } else {
        parts.append((task, [sequences[task][index]], .none))
      }
    }
    let batch = PackedBatch(parts)
    tape.reset(training: false)
    let encoded = mixed.network.encoder.forward(batch, slot: { _ in 0 }, on: tape)[0]
    let hidden = encoded.states.columns
    let states = encoded.states.array
    let pooled = encoded.pooled.array
    tape.reset(training: false)
    let outputs = mixed.network.forward(batch, on: tape).flatMap { part in
      part.part.sequences.indices.map { sequence in
        Array(part.values(ofSequence: sequence - part.part.sequences.lowerBound))
      }
    }
    var results: [[Int]: Result] = [:]
    for (place, (task, index)) in order.enumerated() {
      let rows = Int(batch.sequenceStarts[place])..<Int(batch.sequenceStarts[place + 1])
      results[[task, index]] = Result(
        Array(states[rows.lowerBound * hidden..<rows.upperBound * hidden]),
        Array(pooled[place * hidden..<(place + 1) * hidden]), outputs[place])
    }
    return results
  }

  /// The feed-forward size is larger than one block of a product's depth.
  @Test("A sequence gives the same bits alone, among others, and in any order", arguments: devices)
  func packing(instructionSet: InstructionSet, threads: Int) throws {
    let mixed = try MixedNetwork(
      feedForwardSize: 1100, device: Device(threads: threads, instructionSet: instructionSet))
    let tape = Tape(parameters: mixed.parameters)
    let sequences = randomSequences(count: 4, longest: 38, seed: 8)
    let order = sequences.indices.flatMap { task in (0..<4).map { (task: task, index: $0) } }
    let together = Self.run(order, of: sequences, mixed, on: tape)
    #expect(together.count == 36)
    #expect(Set(together.values.map(\.pooled)).count == 36)
    for (task, index) in order {
      let alone = Self.run([(task, index)], of: sequences, mixed, on: tape)
      #expect(alone[[task, index]] == together[[task, index]], "task \(task), sequence \(index)")
    }
    #expect(Self.run(order.reversed(), of: sequences, mixed, on: tape) == together)
    var generator = SplitMix64(seed: 1)
    let parts = order.shuffled(using: &generator)
    #expect(Self.run(parts, of: sequences, mixed, on: tape) == together)
  }

  @Test("Predictions are probabilities, or scores within the task's range")
  func predictions() throws {
    var tasks = MixedNetwork.tasks
    tasks[1].range = -0.01...0.01
    let mixed = try MixedNetwork(tasks: tasks, deviation: 0.3, device: Device(threads: 1))
    let sequences = randomSequences(count: 4, longest: 10, seed: 2)
    let tape = Tape(parameters: mixed.parameters)
    tape.reset(training: false)
    let batch = PackedBatch(sequences.indices.map { (task: $0, sequences: sequences[$0], targets: .none) })
    for part in mixed.network.forward(batch, on: tape) {
      let predictions = mixed.network.predictions(of: part)
      #expect(predictions.count == 4)
      let values = Array(predictions.joined())
      let task = tasks[part.part.task]
      #expect(
        values.count
          == (task.type.target.isOfTokens ? part.part.marks.count : 4) * part.outputs.columns)
      switch task.type.target {
      case .label, .tags:
        for row in stride(from: 0, to: values.count, by: task.labels.count) {
          let row = values[row..<row + task.labels.count]
          #expect(abs(row.reduce(0, +) - 1) < 1e-5 && row.allSatisfy { $0 > 0 && $0 < 1 })
        }
      case .answer:
        for (sequence, prediction) in predictions.enumerated() {
          #expect(prediction.count == 2 * sequences[7][sequence].ids.count)
          for column in 0..<2 {
            let sum = stride(from: column, to: prediction.count, by: 2).reduce(0) { $0 + exp(prediction[$1]) }
            #expect(abs(sum - 1) < 1e-5)
          }
        }
      case .maskedTokens:
        for row in stride(from: 0, to: values.count, by: MixedNetwork.vocabularySize) {
          #expect(abs(values[row..<row + MixedNetwork.vocabularySize].reduce(0, +) - 1) < 1e-5)
        }
      case .labelSet: #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
      case .score:
        #expect(values.allSatisfy { (-0.01...0.01).contains($0) } && values.contains(0.01))
      case .relevance: #expect(values == part.outputs.array)
      }
    }
  }
}
