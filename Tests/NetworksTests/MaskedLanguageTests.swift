import Foundation
import Networks
import Randomness
import Tasks
import Tensors
import Testing

/// The head for hidden tokens.
@Suite struct MaskedLanguageTests {
  @Test(
    "What is kept of a prediction is the best token and the expected one, with the logarithms of their probabilities"
  )
  func predictions() throws {
    let mixed = try MixedNetwork(deviation: 0.3, device: Device(threads: 1))
    let task = MixedNetwork.tasks.count - 1
    let sequences = randomSequences(count: 4, longest: 9, seed: 5)[task]
    let ids = sequences.flatMap(\.ids)
    func predictions(_ targets: Targets) -> [[Float]] {
      let tape = Tape(parameters: mixed.parameters)
      tape.reset(training: false)
      let batch = PackedBatch([(task: task, sequences: sequences, targets: targets)])
      return mixed.network.predictions(of: mixed.network.forward(batch, on: tape)[0])
    }
    let size = MixedNetwork.vocabularySize
    let whole = Array(predictions(.none).joined())
    let kept = Array(predictions(.classes(ids)).joined())
    #expect(whole.count == ids.count * size && kept.count == ids.count * 4)
    for (place, id) in ids.enumerated() {
      let row = Array(whole[place * size..<(place + 1) * size])
      let best = try #require(row.indices.max { row[$0] < row[$1] })
      let found = Array(kept[place * 4..<place * 4 + 4])
      #expect(found[0] == Float(best) && found[2] == Float(id))
      #expect(abs(exp(found[1]) - row[best]) < 1e-5 && abs(exp(found[3]) - row[Int(id)]) < 1e-5)
    }
  }

  @Test(
    "Each task's gradient of the embeddings is that of a pass alone, through look-ups and through the head that scores by them",
    arguments: ["hard", "groups:of=topic:1;words:1;other:2"])
  func slots(spelling: String) throws {
    func task(_ name: String, _ type: TaskType, labels: Int = 0) -> TaskDefinition {
      TaskDefinition(name: name, type: type, columns: [:], labels: (0..<labels).map { "\($0)" })
    }
    let tasks = [
      task("topic", .classification, labels: 4), task("words", .maskedLanguageModelling),
      task("other", .maskedLanguageModelling),
    ]
    let sharing = try #require(SharingDefinition(spelling: spelling))
    let mixed = try MixedNetwork(tasks: tasks, dropout: 0.1, sharing: sharing, device: Device(threads: 2))
    let sequences = Array(randomSequences(count: 3, longest: 12, seed: 6).prefix(3))
    let batch = PackedBatch(
      tasks.indices.map { task in
        let targets: Targets = .classes(task == 0 ? [0, 3, 1] : sequences[task].flatMap(\.ids))
        return (task: task, sequences: sequences[task], targets: targets)
      })
    let tape = Tape(parameters: mixed.parameters)
    /// - Parameter only: the task whose loss is descended; nil for all, each into its own slot.
    func gradients(only: Int?) throws -> GradientBuffers {
      let buffers = try GradientBuffers(layout: mixed.parameters.layout, slots: only == nil ? 3 : 1)
      tape.gradients = buffers
      tape.reset(training: true, dropoutSeed: 4)
      let outputs = mixed.network.forward(batch, slot: { only == nil ? $0 : 0 }, on: tape)
      let losses = outputs.enumerated().filter { only == nil || $0.offset == only }.map {
        (loss: mixed.network.loss(of: $0.element, on: tape), weight: Float(1))
      }
      tape.backward(from: losses)
      return buffers
    }
    let together = try gradients(only: nil)
    for task in tasks.indices {
      let alone = try gradients(only: task)
      for entry in mixed.parameters.layout.entries {
        let found = together.floats(of: entry, slot: task)
        let expected = alone.floats(of: entry)
        let scale = expected.map(\.magnitude).max() ?? 0
        #expect(
          zip(found, expected).allSatisfy { ($0 - $1).magnitude <= 1e-5 * scale },
          "\(tasks[task].name), \(entry.name)")
      }
    }
  }
}
