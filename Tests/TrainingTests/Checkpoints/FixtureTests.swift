import Foundation
import Testing
import Training

/// The fixtures agree with themselves, and with what is written of them.
@Suite struct FixtureTests {
  @Test("The parity fixture's batches fit its model")
  func parityBatches() throws {
    let fixture = try ParityFixture()
    #expect(fixture.batches.steps.count == 20 && fixture.expected.steps.count == 20)
    for (step, expected) in zip(fixture.batches.steps, fixture.expected.steps) {
      #expect(step.tasks.map(\.name) == fixture.batches.tasks.map(\.name))
      let total = zip(fixture.batches.tasks, expected.losses).reduce(0) { $0 + $1.0.weight * $1.1 }
      #expect(abs(total - expected.total) < 1e-12)
      for (task, batch) in zip(fixture.batches.tasks, step.tasks) {
        #expect(batch.sequences.map(\.count) == batch.segments.map(\.count))
        #expect(batch.sequences.count == batch.targets.count && !batch.targets.isEmpty)
        #expect(
          batch.sequences.allSatisfy { (4...20).contains($0.count) && $0.allSatisfy { 0 < $0 && $0 < 120 } })
        #expect((batch.candidates != nil) == (task.kind == "ranking"))
        #expect(batch.candidates.map { $0.reduce(0, +) == batch.sequences.count } ?? true)
        if let classes = task.classes { #expect(batch.targets.allSatisfy { 0 <= $0 && Int($0) < classes }) }
      }
    }
  }

  @Test("The parity fixture's tensors have one name and shape each, all of which this library knows")
  func parityTensors() throws {
    let initial = try SafetensorsReader(ParityFixture.folder.appendingPathComponent("initial.safetensors"))
    let resolution = HuggingFaceNames.resolve(initial.names)
    #expect(resolution.unknown.isEmpty && resolution.ignored.isEmpty && resolution.repeated.isEmpty)
    #expect(resolution.parameters.count == 5 + 2 * 16 + 2 + 4 * 2 + 8)
    for name in ["gradient", "final"] {
      let other = try SafetensorsReader(ParityFixture.folder.appendingPathComponent("\(name).safetensors"))
      #expect(other.names.sorted() == initial.names.sorted())
      for tensor in initial.names { #expect(try other.shape(of: tensor) == initial.shape(of: tensor)) }
    }
    #expect(try ParityFixture().expected.withoutEffect.allSatisfy(initial.contains))
    let forward = try SafetensorsReader(ParityFixture.folder.appendingPathComponent("forward.safetensors"))
    let sequences = try ParityFixture().batches.steps[0].tasks.flatMap(\.sequences)
    #expect(try forward.shape(of: "states.2") == [sequences.map(\.count).reduce(0, +), 32])
    #expect(try forward.shape(of: "pooled") == [sequences.count, 32])
  }

  @Test("The MiniLM fixture has 40 texts and 24 pairs, and the rows that its tokens ask for")
  func miniLM() throws {
    let fixture = try MiniLMFixture()
    #expect(fixture.texts.filter { $0.pair == nil }.count == 40 && fixture.texts.count == 64)
    #expect(fixture.tokens.count == 64)
    for (text, tokens) in zip(fixture.texts, fixture.tokens) {
      #expect(tokens.ids.count == tokens.segments.count && tokens.ids.first == 101 && tokens.ids.last == 102)
      #expect(tokens.segments.contains(1) == (text.pair != nil))
    }
    let expected = try SafetensorsReader(MiniLMFixture.folder.appendingPathComponent("expected.safetensors"))
    for name in ["pooled", "first", "last", "mean"] { #expect(try expected.shape(of: name) == [64, 384]) }
    for index in [5, 13, 42, 54] {
      let states = try expected.read("states.\(index)")
      #expect(states.count == 384 * fixture.tokens[index].ids.count)
      #expect(try Array(states.prefix(384)) == Array(expected.read("first")[384 * index..<384 * (index + 1)]))
    }
  }
}
