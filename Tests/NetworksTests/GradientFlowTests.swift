import Networks
import Randomness
import Tasks
import Tensors
import Testing

/// Training reaches every parameter: a gradient that stops on its way makes nothing fail but the result.
@Suite struct GradientFlowTests {
  /// Parameters whose gradient is zero in exact arithmetic, and why.
  static let withoutEffect = [
    // A key's bias adds the same number to a query's scores with all keys, which a softmax does not see.
    "encoder.layer.0.attention.key.bias", "encoder.layer.1.attention.key.bias",
    // The bias of a ranking score shifts all candidates of a query alike, which their softmax does not see.
    "heads.answers.classifier.bias",
    // Likewise those of where an answer begins and ends, for the tokens of a context.
    "heads.places.classifier.bias",
  ]

  /// Gradients of one mixed batch, dropout included, by the name of the parameter.
  static func gradients(
    of mixed: MixedNetwork, sequences: [[TokenSequence]]
  ) throws -> (layout: ParameterLayout, gradients: GradientBuffers) {
    let batch = PackedBatch(trained: sequences)
    let gradients = try GradientBuffers(layout: mixed.parameters.layout)
    let tape = Tape(parameters: mixed.parameters, gradients: gradients)
    tape.reset(training: true, dropoutSeed: 11)
    let losses = mixed.network.forward(batch, on: tape).map { mixed.network.loss(of: $0, on: tape) }
    tape.backward(from: losses.map { (loss: $0, weight: 1) })
    return (mixed.parameters.layout, gradients)
  }

  @Test(
    "A mixed batch gives every parameter a gradient; of embeddings those in it, or all where a head scores by them",
    arguments: [false, true])
  func everyParameter(hasTiedHead: Bool) throws {
    let tasks = hasTiedHead ? MixedNetwork.tasks : MixedNetwork.tasks.dropLast()
    let mixed = try MixedNetwork(tasks: tasks, dropout: 0.1, device: Device(threads: 2))
    let sequences = Array(randomSequences(count: 4, longest: 20, seed: 3).prefix(tasks.count))
    let (layout, gradients) = try Self.gradients(of: mixed, sequences: sequences)
    #expect(layout.entries.count == 5 + 2 * 16 + 2 + 7 * 2 + 8 + (hasTiedHead ? 5 : 0))
    let ids = Set(sequences.joined().flatMap(\.ids)).map { Int($0) }
    let longest = sequences.joined().map(\.ids.count).max() ?? 0
    let scale = gradients.slots[0].floats.map(\.magnitude).max() ?? 0
    #expect(scale > 0.01 && scale.isFinite)
    for entry in layout.entries {
      let values = Array(gradients.floats(of: entry))
      if Self.withoutEffect.contains(entry.name) {
        #expect(values.allSatisfy { $0.magnitude < 1e-6 * scale }, "\(entry.name) is said to have no effect")
        continue
      }
      let rows = entry.shape.count == 2 ? entry.shape[0] : entry.count
      let columns = entry.count / rows
      let reached =
        switch entry.name {
        case "encoder.embeddings.word" where !hasTiedHead: ids
        case "encoder.embeddings.position": Array(0..<longest)
        default: Array(0..<rows)
        }
      for row in 0..<rows {
        let largest = values[row * columns..<(row + 1) * columns].map(\.magnitude).max() ?? 0
        if reached.contains(row) {
          #expect(largest > 1e-6 * scale, "\(entry.name), row \(row): \(largest) of \(scale)")
        } else {
          #expect(largest == 0, "\(entry.name), row \(row), is not in the batch")
        }
      }
    }
  }

  @Test(
    "A mixed batch gives every parameter a gradient, however tasks share the encoder",
    arguments: [
      "hard:trunk=1", "soft", "cross-stitch", "attention", "mmoe:from=0", "mmoe:place=pooled", "cgc",
      "cgc:place=pooled", "ple", "ple:levels=1", "ple:place=pooled,levels=3", "paths",
      "hierarchy:levels=topic:1,inputs=answers:topic",
      "adapters", "adapters:kind=low-rank",
    ])
  func everyWayOfSharing(spelling: String) throws {
    let sharing = try #require(SharingDefinition(spelling: spelling))
    // The head that reasons in steps and those for tokens read no pooled state, and so neither poolers nor experts on top
    // of them.
    var tasks = Array(MixedNetwork.tasks.prefix { !$0.type.target.isOfTokens })
    tasks[3].head.type = nil
    let mixed = try MixedNetwork(tasks: tasks, sharing: sharing, device: Device(threads: 2))
    var generator = SplitMix64(seed: 1)
    // What starts as zero lets no gradient through to what is below it.
    for entry in mixed.parameters.layout.entries {
      let values = mixed.parameters.floats(of: entry)
      for index in values.indices { values[index] += Float(generator.nextUniform() - 0.5) * 0.1 }
    }
    mixed.parameters.pack()
    let sequences = Array(randomSequences(count: 4, longest: 20, seed: 3).prefix(tasks.count))
    let (layout, gradients) = try Self.gradients(of: mixed, sequences: sequences)
    #expect(layout.entries.contains { !$0.name.hasPrefix("encoder.") && !$0.name.hasPrefix("heads.") })
    for entry in layout.entries {
      // Of the blocks that a task chooses from one is taken.
      let isChosen = sharing.type == "paths" && entry.name.contains(/feedForward\.(inner|outer)/)
      let hasEffect = !entry.name.hasSuffix("attention.key.bias") && !Self.withoutEffect.contains(entry.name)
      guard hasEffect && !isChosen else { continue }
      #expect(gradients.floats(of: entry).contains { $0 != 0 && $0.isFinite }, "\(entry.name)")
    }
  }

  @Test("Freezing parameters leaves the gradients of the others as they are, to the bit")
  func freezing() throws {
    let sequences = randomSequences(count: 4, longest: 20, seed: 3)
    let mixed = try MixedNetwork(dropout: 0.1, device: Device(threads: 2))
    let (layout, whole) = try Self.gradients(of: mixed, sequences: sequences)
    for prefixes in [
      ["encoder.embeddings."], ["encoder.embeddings.", "encoder.layer.0."], ["encoder."],
      ["heads.entailment."],
    ] {
      mixed.parameters.freeze { name in prefixes.contains { name.hasPrefix($0) } }
      let (_, part) = try Self.gradients(of: mixed, sequences: sequences)
      for entry in layout.entries {
        if prefixes.contains(where: { entry.name.hasPrefix($0) }) {
          #expect(part.floats(of: entry).allSatisfy { $0 == 0 }, "\(entry.name) is frozen")
        } else {
          #expect(part.floats(of: entry).elementsEqual(whole.floats(of: entry)), "\(entry.name), \(prefixes)")
        }
      }
    }
  }
}
