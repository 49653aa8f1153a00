import Networks
import Tasks
import Tensors
import Testing

/// What a network with the default way of sharing is measured by: the same encoder and heads put together by hand, as though
/// there were no ways of sharing.
private struct PlainNetwork {
  let words: Parameter
  let positions: Parameter
  let segments: Parameter
  let norm: LayerNormParameters
  let layers: [EncoderLayer]
  let pooler: LinearParameters
  let classifiers: [LinearParameters]

  init(_ configuration: EncoderConfiguration, labels: [Int], in root: ParameterScope) {
    let encoder = root.scope("encoder")
    let embeddings = encoder.scope("embeddings")
    let hidden = configuration.hiddenSize
    func table(_ name: String, _ rows: Int) -> Parameter {
      embeddings.table(
        name, rows: rows, columns: hidden,
        initializer: .truncatedNormal(deviation: configuration.initializerDeviation))
    }
    words = table("word", configuration.vocabularySize)
    positions = table("position", configuration.maximumLength)
    segments = table("segment", configuration.segments)
    norm = embeddings.layerNorm("norm", columns: hidden, epsilon: configuration.layerNormEpsilon)
    layers = (0..<configuration.layers).map { EncoderLayer(configuration, in: encoder.layer($0)) }
    pooler = encoder.linear(
      "pooler", inputs: hidden, outputs: hidden, deviation: configuration.initializerDeviation)
    classifiers = labels.enumerated().map { task, count in
      root.scope("heads").scope("task\(task)").linear(
        "classifier", inputs: hidden, outputs: count, deviation: configuration.initializerDeviation)
    }
  }

  func losses(_ batch: PackedBatch, dropout: Float, on tape: Tape) -> [Matrix] {
    let space = tape.rowSpace([RowRange(0..<batch.rowCount, slot: 0)])
    let sequences = tape.rowSpace([RowRange(0..<batch.sequenceCount, slot: 0)])
    let starts = tape.indices(batch.sequenceStarts)
    let places = (0..<batch.sequenceCount).flatMap { sequence in
      0..<batch.sequenceStarts[sequence + 1] - batch.sequenceStarts[sequence]
    }
    let embedded = tape.embedding(
      [
        (words, tape.indices(batch.ids)), (positions, tape.indices(places)),
        (segments, tape.indices(batch.segments)),
      ], in: space)
    var states = tape.dropout(tape.layerNorm(embedded, norm), rate: dropout)
    for layer in layers { states = layer.forward(states, starts: starts, on: tape) }
    let first = tape.gather(states, rows: tape.indices(batch.sequenceStarts.dropLast()), in: sequences)
    let pooled = tape.linear(first, pooler, activation: .tanh)
    let outputs = batch.parts.map { part in
      let rows = tape.rowSpace([RowRange(0..<part.sequences.count, slot: 0)])
      return tape.linear(
        tape.dropout(tape.rows(part.sequences, of: pooled, in: rows), rate: dropout), classifiers[part.task])
    }
    return zip(batch.parts, outputs).compactMap { part, output in
      guard case .classes(let classes) = part.targets else { return nil }
      return tape.softmaxCrossEntropy(output, labels: tape.indices(classes))
    }
  }
}

@Suite struct HardSharingCostTests {
  private struct Step: Equatable {
    var losses: [Float] = []
    var gradients: [Float] = []
    var bytes = 0
    /// What ran, and how often.
    var parts: [String: Int] = [:]
  }

  private static func step(
    _ layout: ParameterLayout, losses: (Tape) -> [Matrix]
  ) throws -> Step {
    let parameters = try ParameterStore(layout: layout, device: Device(threads: 2))
    parameters.initialize(seed: 5)
    let gradients = try GradientBuffers(layout: layout)
    let tape = Tape(parameters: parameters, gradients: gradients)
    tape.profile = StepProfile()
    tape.reset(training: true, dropoutSeed: 4)
    let losses = losses(tape)
    tape.backward(from: losses.map { (loss: $0, weight: 1) })
    var step = Step(
      losses: losses.map { $0.values[0] }, gradients: Array(gradients.slots[0].floats),
      bytes: tape.memoryBytes)
    for part in tape.profile?.longestFirst ?? [] { step.parts[part.name] = part.calls }
    return step
  }

  @Test(
    "with hard sharing a step has the parameters, operations, bytes and bits of an encoder without ways to share"
  )
  func sameAsByHand() throws {
    let labels = [4, 2, 3]
    let tasks = labels.enumerated().map { task, count in
      TaskDefinition(
        name: "task\(task)", type: .classification, columns: [:], labels: (0..<count).map { "\($0)" })
    }
    let configuration = EncoderConfiguration(
      vocabularySize: MixedNetwork.vocabularySize, hiddenSize: 48, layers: 3, attentionHeads: 4,
      feedForwardSize: 96, dropout: 0.1, attentionDropout: 0.1, maximumLength: 80)
    let sequences = randomSequences(count: 80, longest: 35, seed: 3)
    let batch = PackedBatch(
      labels.indices.map { task in
        (
          task: task, sequences: sequences[task],
          targets: .classes(sequences[task].indices.map { Int32($0 % labels[task]) })
        )
      })
    let scopes = [ParameterScope(), ParameterScope()]
    let network = try MultiTaskNetwork(configuration, tasks: tasks, in: scopes[0])
    let plain = PlainNetwork(configuration, labels: labels, in: scopes[1])
    #expect(scopes[0].layout.entries == scopes[1].layout.entries)
    let found = try Self.step(scopes[0].layout) { tape in
      network.forward(batch, on: tape).map { network.loss(of: $0, on: tape) }
    }
    let expected = try Self.step(scopes[1].layout) { plain.losses(batch, dropout: 0.1, on: $0) }
    #expect(found.bytes > 4_000_000 && found.bytes == expected.bytes)
    #expect(found.parts == expected.parts)
    #expect(found == expected)
  }
}
