import Foundation

extension HuggingFaceConfiguration {
  /// Reads `config.json` and, where present, `tokenizer_config.json` and the normaliser of `tokenizer.json`.
  /// - Throws: `HuggingFaceConfigurationError`.
  package init(folder: URL) throws {
    let file = folder.appendingPathComponent("config.json")
    guard let content = try? Data(contentsOf: file) else {
      throw HuggingFaceConfigurationError(
        file: file.path,
        "can't be read; a Hugging Face folder has config.json, vocab.txt and model.safetensors")
    }
    try self.init(configuration: Array(content), file: file.path)
    let tokenizer = folder.appendingPathComponent("tokenizer_config.json")
    var isDecided = false
    if let content = try? Data(contentsOf: tokenizer) {
      isDecided = try read(tokenizerConfiguration: Array(content), file: tokenizer.path)
    }
    let fast = folder.appendingPathComponent("tokenizer.json")
    if !isDecided, let content = try? Data(contentsOf: fast) {
      try read(tokenizer: Array(content), file: fast.path)
    }
  }

  /// Reads the content of a `config.json`. Settings that have no bearing on the encoder's outputs are passed over.
  /// - Parameter file: path for messages.
  /// - Throws: `HuggingFaceConfigurationError`.
  package init(configuration: [UInt8], file: String) throws {
    let settings = try SettingsFile(configuration, file: file)
    // Google's first BERT files have no model_type.
    try settings.require("model_type", isIn: ["bert"], default: "bert")
    for flag in ["is_decoder", "add_cross_attention", "is_encoder_decoder"] {
      guard try settings.boolean(flag, default: false) == false else {
        throw settings.failure(flag, "true is not supported, only encoders are")
      }
    }
    try settings.require("position_embedding_type", isIn: ["absolute"], default: "absolute")
    for setting in ["quantization_config", "pruned_heads"] {
      switch settings[setting] {
      case nil, .null, .object([]), .array([]): break
      default: throw settings.failure(setting, "is not supported")
      }
    }
    self.init(
      vocabularySize: try settings.count("vocab_size", upTo: 1 << 24),
      hiddenSize: try settings.count("hidden_size", upTo: 1 << 16),
      layers: try settings.count("num_hidden_layers", upTo: 1000),
      attentionHeads: try settings.count("num_attention_heads", upTo: 1 << 16),
      feedForwardSize: try settings.count("intermediate_size", upTo: 1 << 20),
      maximumLength: try settings.count("max_position_embeddings", upTo: 1 << 20))
    guard hiddenSize % attentionHeads == 0 else {
      throw settings.failure(
        "num_attention_heads", "\(attentionHeads) heads do not divide hidden_size \(hiddenSize)")
    }
    // Encoders with narrower embeddings (ELECTRA's, ALBERT's) project them; BERT's are as wide as its layers.
    if let width = settings["embedding_size"], width != .null, width != .integer(hiddenSize) {
      throw settings.failure("embedding_size", "\(width.summary) differs from hidden_size \(hiddenSize)")
    }
    switch try settings.text("hidden_act", default: "gelu") {
    case "gelu", "gelu_python": activation = .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": activation = .geluTanh
    case "relu": activation = .relu
    case let other:
      throw settings.failure(
        "hidden_act", "\"\(other)\" is not supported (gelu, gelu_new, gelu_pytorch_tanh and relu are)")
    }
    segments = try settings.count("type_vocab_size", upTo: 1 << 16, default: segments)
    hiddenDropout = try settings.number("hidden_dropout_prob", in: 0..<1, default: hiddenDropout)
    attentionDropout = try settings.number(
      "attention_probs_dropout_prob", in: 0..<1, default: attentionDropout)
    layerNormEpsilon = try settings.number("layer_norm_eps", in: 0..<1, default: layerNormEpsilon)
    initializerRange = try settings.number("initializer_range", in: 0..<10, default: initializerRange)
    paddingID = try settings.index("pad_token_id", below: vocabularySize, default: paddingID)
  }

  /// Reads the content of a `tokenizer_config.json`.
  /// - Returns: whether it says if the text is lower-cased.
  /// - Throws: `HuggingFaceConfigurationError` for a tokenizer that is not BERT's.
  package mutating func read(tokenizerConfiguration: [UInt8], file: String) throws -> Bool {
    let settings = try SettingsFile(tokenizerConfiguration, file: file)
    try settings.require(
      "tokenizer_class", isIn: ["BertTokenizer", "BertTokenizerFast"], default: "BertTokenizer")
    for (setting, token) in [
      ("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"),
    ] {
      // Older files spell a token as an object.
      let found = settings[setting]?["content"] ?? settings[setting]
      switch found {
      case nil, .null, .string(token): break
      case let other?:
        throw settings.failure(setting, "\(other.summary) is not supported, expected \"\(token)\"")
      }
    }
    guard try settings.boolean("tokenize_chinese_chars", default: true) else {
      throw settings.failure("tokenize_chinese_chars", "false is not supported")
    }
    let isDecided = settings["do_lower_case"] != nil && settings["do_lower_case"] != .null
    isLowercase = try settings.boolean("do_lower_case", default: isLowercase)
    guard try settings.boolean("strip_accents", default: isLowercase) == isLowercase else {
      throw settings.failure(
        "strip_accents", "\(!isLowercase) with do_lower_case \(isLowercase) is not supported")
    }
    return isDecided
  }

  /// Reads lower-casing from the normaliser of a `tokenizer.json`, where it has BERT's.
  /// - Throws: `HuggingFaceConfigurationError` when the file is not JSON.
  package mutating func read(tokenizer: [UInt8], file: String) throws {
    let normalizer = try SettingsFile(tokenizer, file: file)["normalizer"]
    if case .boolean(let value)? = normalizer?["lowercase"] { isLowercase = value }
  }
}

/// The settings of one JSON file, read with messages that name file and setting. `null` counts as absent.
private struct SettingsFile {
  let file: String
  let document: JSONValue

  init(_ bytes: [UInt8], file: String) throws {
    self.file = file
    do {
      document = try JSONValue(parsing: bytes)
    } catch let error as JSONValue.SyntaxError {
      throw HuggingFaceConfigurationError(file: file, "not valid JSON: \(error)")
    }
    guard case .object = document else {
      throw HuggingFaceConfigurationError(file: file, "holds \(document.summary), expected an object")
    }
  }

  subscript(setting: String) -> JSONValue? { document[setting] }

  func failure(_ setting: String, _ problem: String) -> HuggingFaceConfigurationError {
    HuggingFaceConfigurationError(file: file, setting: setting, problem)
  }

  func text(_ setting: String, default absent: String) throws -> String {
    switch document[setting] {
    case nil, .null: return absent
    case .string(let text): return text
    case let other?: throw failure(setting, "\(other.summary), expected a text")
    }
  }

  func require(_ setting: String, isIn supported: [String], default absent: String) throws {
    let found = try text(setting, default: absent)
    guard supported.contains(found) else {
      throw failure(
        setting,
        "\"\(found)\" is not supported, expected \(supported.map { "\"\($0)\"" }.joined(separator: " or "))")
    }
  }

  func boolean(_ setting: String, default absent: Bool) throws -> Bool {
    switch document[setting] {
    case nil, .null: return absent
    case .boolean(let value): return value
    case let other?: throw failure(setting, "\(other.summary), expected true or false")
    }
  }

  func count(_ setting: String, upTo most: Int, default absent: Int? = nil) throws -> Int {
    try whole(setting, in: 1...most, default: absent)
  }

  func index(_ setting: String, below count: Int, default absent: Int) throws -> Int {
    try whole(setting, in: 0...count - 1, default: absent)
  }

  private func whole(_ setting: String, in range: ClosedRange<Int>, default absent: Int?) throws -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    switch document[setting] {
    case nil, .null:
      guard let absent else { throw failure(setting, "is missing, expected \(expected)") }
      return absent
    case .integer(let value) where range.contains(value): return value
    case let other?: throw failure(setting, "\(other.summary), expected \(expected)")
    }
  }

  func number(_ setting: String, in range: Range<Double>, default absent: Double) throws -> Double {
    switch document[setting] {
    case nil, .null: return absent
    case .integer(let value) where range.contains(Double(value)): return Double(value)
    case .number(let value) where range.contains(value): return value
    case let other?:
      throw failure(
        setting, "\(other.summary), expected a number from \(range.lowerBound) to below \(range.upperBound)")
    }
  }
}
