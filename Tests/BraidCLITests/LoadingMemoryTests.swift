import Foundation
import Networks
import Tensors
import Testing
import Tokenization
import Training

/// What loading a model takes, told by a limit of the system's on all memory that a process may write to.
@Suite("Loading takes no more memory than") struct LoadingMemoryTests {
  #if os(Linux)
    /// In which braid loads a model of almost nothing, in kilobytes.
    private static let constant = 16_000
    /// What a header takes at the most.
    private static let header = 80_000

    private static let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "lamp"]

    /// Calls `body` with the folder of an encoder, which is removed afterwards.
    private static func withModel(hidden: Int, layers: Int, _ body: (URL) throws -> Void) throws {
      let configuration = EncoderConfiguration(
        vocabularySize: 8, hiddenSize: hidden, layers: layers, attentionHeads: 2,
        feedForwardSize: 4 * hidden, maximumLength: 16)
      let model = try Model.new(
        configuration, tokenizer: Tokenizer(vocabulary: Vocabulary(tokens: vocabulary), lowercases: true),
        tasks: [], seed: 1, device: Device(threads: 1))
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("braid-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      try model.write(to: folder, withTasks: false)
      try body(folder)
    }

    private static func embed(_ folder: URL, kilobytes: Int) throws -> BraidProcess {
      try BraidProcess.shell(
        "ulimit -d \(kilobytes) && exec \"$BRAID\" embed . --threads 1", input: "the lamp\n", in: folder)
    }

    private static func parameters(_ folder: URL) -> URL {
      folder.appendingPathComponent("model.safetensors")
    }

    /// A header and, behind it, as many bytes of zeros.
    private static func file(header: String, bytes: Int) -> Data {
      let length = UInt64(header.utf8.count)
      return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }) + Data(header.utf8)
        + Data(count: bytes)
    }

    @Test("a constant and the file's size: the values of linear layers in the order of products")
    func whole() throws {
      try Self.withModel(hidden: 4, layers: 1) { folder in
        let run = try Self.embed(folder, kilobytes: Self.constant)
        #expect(run.status == 0, "\(run.messages)")
      }
      try Self.withModel(hidden: 512, layers: 2) { folder in
        let size = try Data(contentsOf: Self.parameters(folder)).count / 1024
        #expect(size > 20_000)
        let run = try Self.embed(folder, kilobytes: Self.constant + size)
        #expect(run.status == 0, "\(run.messages)")
        // So small a limit is felt, which shows that it is one.
        let refused = try Self.embed(folder, kilobytes: Self.constant + size / 2)
        #expect(refused.status == 1)
        #expect(refused.messages.contains("the system refused"), "\(refused.messages)")
      }
    }

    @Test("a constant, where config.json promises an encoder that is not in the file")
    func promises() throws {
      try Self.withModel(hidden: 4, layers: 1) { folder in
        let file = folder.appendingPathComponent("config.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        for (from, to, message) in [
          (
            "\"hidden_size\": 4", "\"hidden_size\": 4096", "it has the shape [8, 4], the model's is [8, 4096]"
          ),
          (
            "\"num_hidden_layers\": 1", "\"num_hidden_layers\": 1000",
            "model.safetensors lacks encoder.layer.1."
          ),
        ] {
          let promising = text.replacingOccurrences(of: from, with: to)
          #expect(promising != text)
          try Data(promising.utf8).write(to: file)
          let run = try Self.embed(folder, kilobytes: Self.constant)
          #expect(run.status == 1)
          #expect(run.messages.contains(message), "\(run.messages)")
        }
      }
    }

    @Test("a constant, where a header promises what is not behind it, and 80 MB however long it is")
    func headers() throws {
      func tensor(_ name: String, _ shape: String, _ bytes: Range<Int>) -> String {
        #""\#(name)":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(bytes.lowerBound),\#(bytes.upperBound)]}"#
      }
      let list = String(repeating: "1,", count: 1_900_000) + "1"
      let many = (0..<50_000).map { tensor("t\($0)", "", 4 * $0..<4 * $0 + 4) }.joined(separator: ",")
      let cases: [(header: String, bytes: Int, room: Int, message: String)] = [
        (
          "{\(tensor("a", "1073741824", 0..<4_294_967_296))}", 4_000_000, 0,
          "but the file has only 4000000 bytes"
        ),
        ("{\(tensor("a", list, 0..<4))}", 4, Self.header, "found more than 400,000 values, expected fewer"),
        (
          String(repeating: "[", count: 3_900_000), 4, Self.header,
          "found brackets 201 deep, expected at most 200"
        ),
        ("{\(many)}", 200_000, Self.header, "model.safetensors lacks encoder.embeddings.word"),
      ]
      try Self.withModel(hidden: 4, layers: 1) { folder in
        for item in cases {
          try Self.file(header: item.header, bytes: item.bytes).write(to: Self.parameters(folder))
          let run = try Self.embed(folder, kilobytes: Self.constant + item.room)
          #expect(run.status == 1)
          #expect(run.messages.contains(item.message), "\(run.messages.prefix(300))")
        }
      }
    }
  #endif
}
