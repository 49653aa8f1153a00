import Evaluation
import Foundation
import Networks
import Tasks
import Tokenization
import Training

/// Something that reads bytes from anywhere: it may refuse them, with an error of its own, and nothing else.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Sound input, to be damaged.
  package let seeds: [String]
  /// Pieces of the format.
  package let pieces: [String]
  /// Reads the bytes, with a folder for files; throws what the reader throws, or `Wrong`.
  package let read: @Sendable ([UInt8], URL) throws -> Void

  package static let all = [
    json, taskFile, table("tsv", "text\tlabel\nsoup\tgood\nfish\tbad\n\"a\tb\tgood\n"),
    table("csv", "text,label\n\"so\"\"up\",good\nfish,bad\n"),
    table("jsonl", "{\"text\": \"soup\", \"label\": \"good\"}\n{\"text\": \"fish\", \"label\": \"bad\"}\n"),
    table("conll", "soup O\nfish B-X\n\na I-X\n", type: "token-labelling"),
    table(
      "jsonl",
      "{\"text\": [\"soup\", \"é\"], \"label\": [\"good\", \"bad\"]}\n{\"text\": \"a\", \"label\": []}\n",
      type: "multi-label"),
    table(
      "jsonl",
      "{\"question\": \"a\", \"context\": \"é soup b\", \"answer\": [\"soup\", \"b\"], \"at\": [2, 7]}\n",
      type: "span-extraction",
      columns: "columns: {question: 'question', context: 'context', answer: 'answer', answerStart: 'at'}"),
    table(
      "txt", "the soup\n\n  fish a\tb é!\n", type: "masked-language-modelling",
      name: "masked-language-modelling lines"),
    labelledFile, tokenizer, vocabulary, safetensors, configuration, tokenizerFile, qrels, run,
    judgementObjects, identifiedTexts, predictions, log,
  ]

  /// Writes a file in place: a new one, and one that is emptied first, may wait for the disk, and there are thousands.
  package static func write(_ bytes: [UInt8], to file: URL) throws {
    if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
    let handle = try FileHandle(forWritingTo: file)
    try handle.write(contentsOf: Data(bytes))
    try handle.truncate(atOffset: UInt64(bytes.count))
    try handle.close()
  }

  private static let json = FuzzTarget(
    name: "JSON",
    seeds: ["{\"a\": [1, 2.5e3, null, true], \"b\": {\"c\": \"\\u00e9\\n\"}}", "[{}, [], \"\"]"],
    pieces: ["{", "[", "\"", "\\u", "\\ud800", ",", ":", "//", "/*"]
  ) { bytes, _ in
    _ = try? JSONReader.read(bytes[...])
    _ = try JSONReader.readStrictly(bytes).encoded()
  }

  private static let taskFile = FuzzTarget(
    name: "task file",
    seeds: [
      "{ tasks: { a: { type: \"classification\", train: \"data.tsv\", labels: [\"good\", \"bad\"], head: { type: \"linear\" } },"
        + " b: { type: \"ranking\", train: { file: \"data.tsv\", sample: 0.5 }, weight: 2 } },"
        + " training: { epochs: 3 } }"
    ], pieces: ["type:", "{", "[", "train:", "columns:", "\"similarity\"", "range: [1, 0]"]
  ) { bytes, folder in
    let file = folder.appendingPathComponent("tasks.json5")
    try write(bytes, to: file)
    _ = try TaskFile.load([file.path], types: HeadKind.taskTypes)
  }

  private static func table(
    _ format: String, _ seed: String, type: String = "classification", columns: String = "",
    name: String? = nil
  ) -> FuzzTarget {
    FuzzTarget(
      name: name ?? (type == "classification" ? format : "\(type) \(format)"), seeds: [seed],
      pieces: ["\t", ",", "\"", "\n", "\r", "good", "{", "\\", "[", " ", "7"]
    ) { bytes, folder in
      let data = folder.appendingPathComponent("data.\(format)")
      try write(bytes, to: data)
      let file = folder.appendingPathComponent("tasks.json5")
      let text = "{ tasks: { a: { type: '\(type)', train: 'data.\(format)', \(columns) } } }"
      try write(Array(text.utf8), to: file)
      let task = try TaskFile.load([file.path], types: HeadKind.taskTypes).tasks[0].resolved()
      _ = try task.examples(of: .train, encoder: Words(), maximumLength: 16)
    }
  }

  fileprivate static let words = Tokenizer(
    vocabulary: try! Vocabulary(
      tokens: [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "soup", "fish", "a", "##a", "b", "##b", "é", "!", "[MASK]",
      ]),
    lowercases: true)

  private static let tokenizer = FuzzTarget(
    name: "tokenizer", seeds: ["The soup, é and fish!", "日本 a\u{301}b \u{200D}", "aaaa bbbb"],
    pieces: ["é", "\u{301}", "日", " ", "!", "[CLS]", String(repeating: "a", count: 200)]
  ) { bytes, _ in
    let encoding = words.encode(bytes, maximumLength: 64, tracing: true)
    guard encoding.ids == words.encode(bytes, maximumLength: 64).ids, encoding.ids.count <= 64,
      encoding.ids.allSatisfy({ $0 >= 0 && $0 < 13 })
    else { throw Wrong() }
    // Pieces come from stretches of the text, one after the other; several may come from one scalar.
    let sources = (encoding.sources ?? []).dropFirst().dropLast()
    guard sources.count == encoding.ids.count - 2,
      sources.allSatisfy({ !$0.isEmpty && $0.upperBound <= bytes.count }),
      zip(sources, sources.dropFirst()).allSatisfy({ $0.lowerBound <= $1.lowerBound })
    else { throw Wrong() }
  }

  private static let vocabulary = FuzzTarget(
    name: "vocabulary", seeds: ["[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nsoup\n##s\n"],
    pieces: ["\n", "\r\n", "##", "[UNK]"]
  ) { bytes, _ in
    let vocabulary = try Vocabulary(serialized: bytes)
    _ = Tokenizer(vocabulary: vocabulary, lowercases: false).encode("soups a")
  }

  private static let safetensors = FuzzTarget(
    name: "safetensors",
    seeds: [
      safetensorsFile(
        "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "abcd"),
      safetensorsFile(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
          + "\"b\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[4,8]}}", "abcdefgh"),
    ], pieces: ["\"shape\":[", "\"data_offsets\":[0,8]", "F32", "BF16", "braid.format", "{", "[", "\0\0\0"]
  ) { bytes, folder in
    let file = folder.appendingPathComponent("model.safetensors")
    var bytes = bytes
    // Most damage is to be behind the header's length.
    let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
    if end > 8, bytes.count % 3 > 0 {
      bytes.replaceSubrange(0..<8, with: (0..<8).map { UInt8(truncatingIfNeeded: (end - 7) >> (8 * $0)) })
    }
    try write(bytes, to: file)
    let reader = try SafetensorsReader(file)
    for name in reader.names { _ = try reader.read(name) }
  }

  /// - Parameter header: of less than 128 bytes, so that one character says how long it is.
  private static func safetensorsFile(_ header: String, _ data: String) -> String {
    String(UnicodeScalar(UInt8(header.utf8.count))) + String(repeating: "\0", count: 7) + header + data
  }

  private static let configuration = FuzzTarget(
    name: "config.json",
    seeds: [
      "{\"model_type\": \"bert\", \"vocab_size\": 12, \"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": 2,"
        + " \"intermediate_size\": 16, \"max_position_embeddings\": 32, \"hidden_dropout_prob\": 0.1, \"hidden_act\": \"gelu\"}"
    ], pieces: ["\"hidden_size\":", "null", "{", "\"bert\"", "-1", "1.5"]
  ) { bytes, _ in _ = try HuggingFaceConfiguration(configuration: bytes, file: "config.json") }

  private static let tokenizerFile = FuzzTarget(
    name: "tokenizer.json",
    seeds: [
      "{\"normalizer\": {\"type\": \"BertNormalizer\", \"lowercase\": true}, \"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"},"
        + " \"model\": {\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"continuing_subword_prefix\": \"##\","
        + " \"vocab\": {\"[PAD]\": 0, \"[UNK]\": 1, \"[CLS]\": 2, \"[SEP]\": 3, \"soup\": 4}}}"
    ], pieces: ["\"vocab\": {", ": 3,", "[SEP]", "{", "null", "-1"]
  ) { bytes, folder in
    let files = [
      "config.json": Array(configuration.seeds[0].utf8), "tokenizer.json": bytes,
    ]
    for (name, content) in files { try write(content, to: folder.appendingPathComponent(name)) }
    _ = try ModelFolder(folder)
  }

  private static let qrels = FuzzTarget(
    name: "qrels", seeds: ["q1 0 d1 1\nq1 0 d2 0\nq2\t0\td1\t3\n"],
    pieces: [" ", "\t", "\n", "-5", "q1", "1e5"]
  ) { bytes, _ in
    let table = try EntryTable.judgements(in: TextBytes(bytes, name: "file"))
    try table.checkDuplicates()
  }

  private static let run = FuzzTarget(
    name: "run", seeds: ["q1 Q0 d1 1 0.5 tag\nq1 Q0 d2 2 -1e-3 tag\n"],
    pieces: [" ", "\t", "\n", "1e999", "inf", "Q0"]
  ) { bytes, _ in
    let table = try EntryTable.run(in: TextBytes(bytes, name: "file"))
    try table.checkDuplicates()
  }

  /// What was read is not what it can be.
  package struct Wrong: Error {}
}

/// Texts as the tests' own tokenizer takes them apart.
struct Words: TextEncoder {
  let masking: TokenMasking? = TokenMasking(maskID: 12, specialIDs: [0, 2, 3, 12], vocabularySize: 13)

  func encode(_ text: String, _ pair: String?, maximumLength: Int, tracing: Bool) -> Encoding {
    guard let pair else {
      return FuzzTarget.words.encode(text, maximumLength: maximumLength, tracing: tracing)
    }
    return FuzzTarget.words.encode(text, pair, maximumLength: maximumLength, tracing: tracing)
  }
}
