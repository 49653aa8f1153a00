import Foundation

/// What a Hugging Face folder's `config.json` and `tokenizer_config.json` say about a BERT encoder.
package struct HuggingFaceConfiguration: Sendable, Equatable {
  /// The feed-forward layer's activation.
  package enum Activation: String, Sendable, CaseIterable {
    /// x·Φ(x), by the error function.
    case gelu
    /// GELU by tanh (Hendrycks & Gimpel 2016).
    case geluTanh
    case relu
  }

  package var vocabularySize: Int
  package var hiddenSize: Int
  package var layers: Int
  package var attentionHeads: Int
  package var feedForwardSize: Int
  package var activation = Activation.gelu
  package var hiddenDropout: Double = 0.1
  package var attentionDropout: Double = 0.1
  /// Number of position embeddings, which is the most tokens that a sequence can have.
  package var maximumLength: Int
  package var segments = 2
  package var layerNormEpsilon: Double = 1e-12
  /// Standard deviation of new weights.
  package var initializerRange: Double = 0.02
  package var paddingID = 0
  /// Whether the tokenizer lower-cases (and strips accents).
  package var isLowercase = true

  package init(
    vocabularySize: Int, hiddenSize: Int, layers: Int, attentionHeads: Int, feedForwardSize: Int,
    maximumLength: Int
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.attentionHeads = attentionHeads
    self.feedForwardSize = feedForwardSize
    self.maximumLength = maximumLength
  }
}

/// A Hugging Face folder whose configuration can't be used: a setting that is missing, wrong, or asks for something
/// that this library does not do.
public struct HuggingFaceConfigurationError: Error, CustomStringConvertible, Sendable, Equatable {
  /// Path of the file.
  public var file: String
  /// The setting's name, where one is at fault.
  public var setting: String?
  /// What was found and what was expected.
  public var problem: String

  init(file: String, setting: String? = nil, _ problem: String) {
    self.file = file
    self.setting = setting
    self.problem = problem
  }

  public var description: String {
    if let setting { "\(file): \(setting): \(problem)" } else { "\(file): \(problem)" }
  }
}

// MARK: - Writing

extension HuggingFaceConfiguration {
  /// The text of a `config.json` that Python's `transformers` reads as a `BertModel`.
  package func configurationText() -> String {
    let spelling =
      switch activation {
      case .gelu: "gelu"
      case .geluTanh: "gelu_pytorch_tanh"
      case .relu: "relu"
      }
    return document([
      ("architectures", .array([.string("BertModel")])),
      ("attention_probs_dropout_prob", .number(attentionDropout)),
      ("hidden_act", .string(spelling)),
      ("hidden_dropout_prob", .number(hiddenDropout)),
      ("hidden_size", .integer(hiddenSize)),
      ("initializer_range", .number(initializerRange)),
      ("intermediate_size", .integer(feedForwardSize)),
      ("layer_norm_eps", .number(layerNormEpsilon)),
      ("max_position_embeddings", .integer(maximumLength)),
      ("model_type", .string("bert")),
      ("num_attention_heads", .integer(attentionHeads)),
      ("num_hidden_layers", .integer(layers)),
      ("pad_token_id", .integer(paddingID)),
      ("position_embedding_type", .string("absolute")),
      ("type_vocab_size", .integer(segments)),
      ("vocab_size", .integer(vocabularySize)),
    ])
  }

  /// The text of the `tokenizer_config.json` that goes with a `vocab.txt`.
  package func tokenizerConfigurationText() -> String {
    document([
      ("cls_token", .string("[CLS]")),
      ("do_lower_case", .boolean(isLowercase)),
      ("mask_token", .string("[MASK]")),
      ("model_max_length", .integer(maximumLength)),
      ("pad_token", .string("[PAD]")),
      ("sep_token", .string("[SEP]")),
      ("strip_accents", .null),
      ("tokenize_chinese_chars", .boolean(true)),
      ("tokenizer_class", .string("BertTokenizer")),
      ("unk_token", .string("[UNK]")),
    ])
  }

  private func document(_ members: [(String, JSONValue)]) -> String {
    JSONValue.object(members.map { .init(key: $0, value: $1) }).text(indentation: 2) + "\n"
  }
}
