import Networks
import Randomness
import Tasks
import Tensors
import Testing

/// The gradient of a whole mixed step with each way of sharing.
@Suite struct SharingGradientTests {
  /// The sum of the losses and penalties of a batch, and where it is asked for their gradient.
  private static func pass(
    _ mixed: MixedNetwork, _ batch: PackedBatch, on tape: Tape, backward: Bool = false
  ) -> Double {
    tape.reset(training: true)
    let outputs = mixed.network.forward(batch, on: tape)
    let losses = outputs.map { mixed.network.loss(of: $0, on: tape) }
    let penalties = outputs.compactMap {
      mixed.network.encoder.sharing.penalty(ofTask: $0.part.task, slot: 0, on: tape)
    }
    if backward { tape.backward(from: (losses + penalties).map { (loss: $0, weight: 1) }) }
    return (losses + penalties).reduce(0) { $0 + Double($1.values[0]) }
  }

  /// Of `paths` the gradient is not that of the choice, and a task's further input takes none back: neither is here.
  @Test(
    "the gradient foretells how the losses change in a random direction, for every kind of parameter",
    arguments: [
      "hard", "hard:trunk=1", "soft:weight=0.01", "soft:weight=0,trace=0.1", "cross-stitch", "attention",
      "mmoe:from=0", "mmoe:place=pooled", "cgc", "cgc:place=pooled", "ple", "ple:levels=1",
      "ple:place=pooled,levels=3", "hierarchy:levels=topic:1", "adapters", "adapters:kind=low-rank",
      "groups:of=topic:1;closeness:1;paraphrase:2;entailment:2;answers:3;subjects:3",
    ])
  func directions(spelling: String) throws {
    let sharing = try #require(SharingDefinition(spelling: spelling))
    var tasks = Array(MixedNetwork.tasks.prefix { !$0.type.target.isOfTokens })
    tasks[3].head.type = nil
    let mixed = try MixedNetwork(
      tasks: tasks, deviation: 0.2, sharing: sharing, device: Device(threads: 2))
    var generator = SplitMix64(seed: 2)
    let entries = mixed.parameters.layout.entries
    for entry in entries {
      let values = mixed.parameters.floats(of: entry)
      for index in values.indices { values[index] += Float(generator.nextUniform() - 0.5) * 0.1 }
    }
    mixed.parameters.pack()
    let batch = PackedBatch(
      trained: Array(randomSequences(count: 4, longest: 12, seed: 3).prefix(tasks.count)))
    let gradients = try GradientBuffers(layout: mixed.parameters.layout)
    let tape = Tape(parameters: mixed.parameters, gradients: gradients)
    _ = Self.pass(mixed, batch, on: tape, backward: true)
    let slopes = entries.map { Array(gradients.floats(of: $0)) }

    // Parameters of one kind, such as all that gates hold, move together along their gradient and a random direction.
    var kinds: [String: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      let words = entry.name.split(separator: ".")
      kinds["\(words[0]) \(words.suffix(2).joined(separator: "."))", default: []].append(index)
    }
    for (kind, members) in kinds.sorted(by: { $0.key < $1.key }) {
      let length = members.reduce(0) { $0 + slopes[$1].reduce(0) { $0 + Double($1 * $1) } }.squareRoot()
      guard length > 1e-4 else { continue }
      let directions = members.map { member in
        slopes[member].map { $0 / Float(length) + Float(generator.nextUniform() - 0.5) * 0.02 }
      }
      let expected = zip(members, directions).reduce(0) { sum, pair in
        sum + zip(slopes[pair.0], pair.1).reduce(0) { $0 + Double($1.0 * $1.1) }
      }
      func loss(_ step: Float) -> Double {
        let starts = members.map { Array(mixed.parameters.floats(of: entries[$0])) }
        for (member, direction) in zip(members, directions) {
          let values = mixed.parameters.floats(of: entries[member])
          for index in values.indices { values[index] += step * direction[index] }
        }
        mixed.parameters.pack()
        defer {
          for (member, start) in zip(members, starts) {
            mixed.parameters.floats(of: entries[member]).update(from: start)
          }
        }
        return Self.pass(mixed, batch, on: tape)
      }
      let step: Float = 4e-3
      let found = (loss(step) - loss(-step)) / Double(2 * step)
      #expect(abs(found - expected) <= 0.02 * abs(expected) + 1e-3, "\(kind): \(found), not \(expected)")
    }
  }

  @Test("the experts of a head that reads tokens' states can't stand on the pooled state alone")
  func pooledExperts() throws {
    for spelling in ["mmoe:place=pooled", "cgc:place=pooled", "ple:place=pooled"] {
      let sharing = try #require(SharingDefinition(spelling: spelling))
      func message(_ task: Int) throws -> String? {
        var tasks = Array(MixedNetwork.tasks[..<3])
        tasks.append(MixedNetwork.tasks[task])
        return #expect(throws: TaskFileError.self) {
          _ = try MixedNetwork(tasks: tasks, sharing: sharing, device: Device(threads: 1))
        }?.description
      }
      for (task, name, head) in [
        (3, "entailment", "san"), (6, "entities", "linear"), (7, "places", "linear"),
      ] {
        #expect(
          try message(task)
            == "--sharing: found \(spelling), which adds to pooled states alone, for the task \"\(name)\", whose "
            + "head \"\(head)\" reads the states of tokens, expected a way of sharing that reaches these, or another "
            + "head")
      }
    }
    // In layers they reach every head.
    for spelling in ["mmoe", "cgc", "ple"] {
      _ = try MixedNetwork(
        sharing: try #require(SharingDefinition(spelling: spelling)), device: Device(threads: 1))
    }
  }

  @Test("each head reads what it says that it reads", arguments: HeadKind.all.indices)
  func headReading(kind index: Int) throws {
    let kind = HeadKind.all[index]
    let number = try #require(
      MixedNetwork.tasks.firstIndex {
        $0.type.name == kind.taskType.name && HeadKind.name(for: $0) == kind.name
      })
    let mixed = try MixedNetwork(device: Device(threads: 1))
    let batch = PackedBatch(trained: randomSequences(count: 4, longest: 12, seed: 3))
    let gradients = try GradientBuffers(layout: mixed.parameters.layout)
    let tape = Tape(parameters: mixed.parameters, gradients: gradients)
    tape.reset(training: true)
    let outputs = mixed.network.forward(batch, on: tape)
    tape.backward(from: [(loss: mixed.network.loss(of: outputs[number], on: tape), weight: 1)])
    let pooler = try #require(mixed.parameters.layout.entries.first { $0.name == "encoder.pooler.weight" })
    #expect(
      (kind.reads == .pooledStates) == gradients.floats(of: pooler).contains { $0 != 0 }, "\(kind)")
  }
}
