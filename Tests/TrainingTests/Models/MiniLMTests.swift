import Networks
import Tasks
import Tensors
import Testing
import Tokenization
import Training

/// Agreement with PyTorch on a real encoder and real texts, from a Hugging Face folder to the last layer's states.
@Suite struct MiniLMTests {
  @Test(
    "Ids, states and pooled states of MiniLM are the reference's on 64 texts and pairs",
    arguments: InstructionSet.allCases.filter(\.isAvailable))
  func states(instructionSet: InstructionSet) throws {
    guard let folder = MiniLMFixture.encoderFolder else { return }
    let fixture = try MiniLMFixture()
    let model = try ModelFolder(folder).model(on: Device(threads: 2, instructionSet: instructionSet))
    let encodings = fixture.texts.map { text in
      text.pair.map { model.tokenizer.encode(text.text, $0) } ?? model.tokenizer.encode(text.text)
    }
    for (encoding, tokens) in zip(encodings, fixture.tokens) {
      #expect(encoding.ids == tokens.ids && encoding.segments == tokens.segments)
    }
    let hidden = model.configuration.hiddenSize
    let expected = try SafetensorsReader(MiniLMFixture.folder.appendingPathComponent("expected.safetensors"))
    let tape = Tape(parameters: model.parameters)
    var found: [String: [Float]] = [:]
    for first in stride(from: 0, to: encodings.count, by: 16) {
      let sequences = encodings[first..<first + 16].map { (ids: $0.ids, segments: $0.segments) }
      tape.reset(training: false)
      let batch = PackedBatch([(task: 0, sequences: sequences, targets: .none)])
      let encoded = model.network.encoder.forward(batch, slot: { _ in 0 }, on: tape)[0]
      found["pooled", default: []] += encoded.pooled.array
      let states = encoded.states.array
      for sequence in 0..<16 {
        let rows = Int(batch.sequenceStarts[sequence])..<Int(batch.sequenceStarts[sequence + 1])
        let own = Array(states[rows.lowerBound * hidden..<rows.upperBound * hidden])
        found["first", default: []] += own.prefix(hidden)
        found["last", default: []] += own.suffix(hidden)
        found["mean", default: []] += (0..<hidden).map { column in
          let sum = stride(from: column, to: own.count, by: hidden).reduce(0.0) { $0 + Double(own[$1]) }
          return Float(sum / Double(rows.count))
        }
        found["states.\(first + sequence)"] = own
      }
    }
    for name in expected.names {
      let values = try #require(found[name])
      let reference = try expected.read(name)
      try #require(values.count == reference.count)
      let difference = zip(values, reference).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-5, "\(name): \(difference)")
    }
  }
}
