import Foundation
import Networks
import Tasks
import Wording

extension HuggingFaceConfiguration {
  /// Reads `config.json` and, where present, `tokenizer_config.json` and the normaliser of `tokenizer.json`.
  /// - Throws: `HuggingFaceConfigurationError`.
  package init(folder: URL) throws {
    let file = folder.appendingPathComponent("config.json")
    guard let content = try? Data(contentsOf: file) else {
      throw HuggingFaceConfigurationError(
        file: file.path,
        "can't be read; a Hugging Face folder has config.json, model.safetensors, and vocab.txt or tokenizer.json"
      )
    }
    try self.init(configuration: Array(content), file: file.path)
    let tokenizer = folder.appendingPathComponent("tokenizer_config.json")
    var isDecided = false
    if let content = try? Data(contentsOf: tokenizer) {
      isDecided = try read(tokenizerConfiguration: Array(content), file: tokenizer.path)
    }
    let fast = folder.appendingPathComponent("tokenizer.json")
    if !isDecided, let content = try? Data(contentsOf: fast),
      let isLowercase = try TokenizerFile(Array(content), file: fast.path).isLowercase
    {
      self.isLowercase = isLowercase
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
      switch settings[setting]?.kind {
      case nil, .null, .object([]), .list([]): break
      default: throw settings.failure(setting, "is not supported")
      }
    }
    var encoder = EncoderConfiguration(
      vocabularySize: try settings.count("vocab_size", upTo: 1 << 24),
      hiddenSize: try settings.count("hidden_size", upTo: 1 << 16),
      layers: try settings.count("num_hidden_layers", upTo: 1000),
      attentionHeads: try settings.count("num_attention_heads", upTo: 1 << 16),
      feedForwardSize: try settings.count("intermediate_size", upTo: 1 << 20),
      maximumLength: try settings.count("max_position_embeddings", upTo: 1 << 16))
    guard encoder.hiddenSize % encoder.attentionHeads == 0 else {
      throw settings.failure(
        "num_attention_heads",
        "\(encoder.attentionHeads) heads do not divide hidden_size \(encoder.hiddenSize)")
    }
    // Encoders with narrower embeddings (ELECTRA's, ALBERT's) project them; BERT's are as wide as its layers.
    if let width = settings["embedding_size"], !width.isNull, width.integer != encoder.hiddenSize {
      throw settings.failure(
        "embedding_size", "is \(width.summary), which differs from hidden_size \(encoder.hiddenSize)")
    }
    let activation = try settings.text("hidden_act", default: "gelu")
    guard let known = Self.activationNames.first(where: { $0.names.contains(activation) }) else {
      throw settings.failure(
        "hidden_act",
        "\(quoted(activation)) is not supported, expected \(listed(Self.activationNames.flatMap(\.names)))")
    }
    encoder.activation = known.activation
    encoder.segments = try settings.count("type_vocab_size", upTo: 1 << 16, default: encoder.segments)
    encoder.dropout = try settings.number("hidden_dropout_prob", in: 0..<1, default: encoder.dropout)
    encoder.attentionDropout = try settings.number(
      "attention_probs_dropout_prob", in: 0..<1, default: encoder.attentionDropout)
    encoder.layerNormEpsilon = try settings.number(
      "layer_norm_eps", in: 0..<1, default: encoder.layerNormEpsilon)
    encoder.initializerDeviation = try settings.number(
      "initializer_range", in: 0..<10, default: encoder.initializerDeviation)
    self.init(
      encoder: encoder,
      paddingID: try settings.index("pad_token_id", below: encoder.vocabularySize, default: 0))
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
      if let found, !found.isNull, found.string != token {
        throw settings.failure(setting, "\(found.summary) is not supported, expected \(quoted(token))")
      }
    }
    guard try settings.boolean("tokenize_chinese_chars", default: true) else {
      throw settings.failure("tokenize_chinese_chars", "false is not supported")
    }
    let isDecided = settings["do_lower_case"].map { !$0.isNull } ?? false
    isLowercase = try settings.boolean("do_lower_case", default: isLowercase)
    guard try settings.boolean("strip_accents", default: isLowercase) == isLowercase else {
      throw settings.failure(
        "strip_accents", "\(!isLowercase) with do_lower_case \(isLowercase) is not supported")
    }
    return isDecided
  }
}
