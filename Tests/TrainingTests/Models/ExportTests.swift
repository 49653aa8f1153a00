import Foundation
import Networks
import Tensors
import Testing
import Tokenization
import Training

/// What is written for Python's `transformers`. `Fixtures/formats/check_export.py` loads it there.
@Suite struct ExportTests {
  @Test("Python can check exported encoders")
  func export() throws {
    try FixtureFiles.withScratchFolder { scratch in
      let path = ProcessInfo.processInfo.environment["BRAID_EXPORT_CHECK"]
      let folder = path.map { URL(fileURLWithPath: $0) } ?? scratch
      let model = try Self.parityEncoder()
      try model.write(to: folder.appendingPathComponent("parity"), withTasks: false)
      let written = try ModelFolder(folder.appendingPathComponent("parity")).model(on: Device(threads: 1))
      let initial = try ParityNetwork.tensors("initial")
      for entry in written.parameters.layout.entries {
        #expect(written.parameters[entry.name] == initial[entry.name], "\(entry.name)")
      }
      #expect(written.configuration == model.configuration)
      if path != nil, let encoder = MiniLMFixture.encoderFolder {
        try ModelFolder(encoder).model(on: Device()).write(
          to: folder.appendingPathComponent("minilm"), withTasks: false)
      }
    }
  }

  /// The parity fixture's encoder with a tokenizer that knows `hello`.
  private static func parityEncoder() throws -> Model {
    let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "hello", "[MASK]"] + (6..<120).map { "piece\($0)" }
    let model = try Model(
      configuration: EncoderConfiguration(
        vocabularySize: 120, hiddenSize: 32, layers: 2, attentionHeads: 4, feedForwardSize: 64,
        maximumLength: 40, initializerDeviation: 0.15),
      tokenizer: Tokenizer(vocabulary: Vocabulary(tokens: pieces), lowercases: true), tasks: [],
      device: Device(threads: 1))
    let initial = try ParityNetwork.tensors("initial")
    for entry in model.parameters.layout.entries {
      model.parameters.floats(of: entry).update(from: try #require(initial[entry.name]))
    }
    model.parameters.pack()
    return model
  }
}
