import Foundation
import Networks
import Tasks
import Tensors

/// What a Hugging Face folder's `config.json` and `tokenizer_config.json` say about a BERT encoder.
package struct HuggingFaceConfiguration: Sendable, Equatable {
  package var encoder: EncoderConfiguration
  /// Whether the tokenizer lower-cases (and strips accents).
  package var isLowercase: Bool
  package var paddingID: Int

  package init(encoder: EncoderConfiguration, isLowercase: Bool = true, paddingID: Int = 0) {
    self.encoder = encoder
    self.isLowercase = isLowercase
    self.paddingID = paddingID
  }

  /// The names that `hidden_act` has for each activation, the one that is written first.
  static let activationNames: [(activation: Activation, names: [String])] = [
    (.gelu, ["gelu", "gelu_python"]),
    (.geluTanh, ["gelu_pytorch_tanh", "gelu_new", "gelu_fast"]),
    (.relu, ["relu"]), (.tanh, ["tanh"]), (.none, ["linear"]),
  ]
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
  /// The text of a `config.json` that Python's `transformers` reads.
  ///
  /// - Parameter architecture: the class that it makes of it.
  package func configurationText(architecture: String = "BertModel") -> String {
    let activation = Self.activationNames.first { $0.activation == encoder.activation }?.names[0]
    return text([
      .init("architectures", .list([.text(architecture)])),
      .init("attention_probs_dropout_prob", .number(single: encoder.attentionDropout)),
      .init("hidden_act", .text(activation ?? encoder.activation.rawValue)),
      .init("hidden_dropout_prob", .number(single: encoder.dropout)),
      .init("hidden_size", .number(encoder.hiddenSize)),
      .init("initializer_range", .number(single: encoder.initializerDeviation)),
      .init("intermediate_size", .number(encoder.feedForwardSize)),
      .init("layer_norm_eps", .number(single: encoder.layerNormEpsilon)),
      .init("max_position_embeddings", .number(encoder.maximumLength)),
      .init("model_type", .text("bert")),
      .init("num_attention_heads", .number(encoder.attentionHeads)),
      .init("num_hidden_layers", .number(encoder.layers)),
      .init("pad_token_id", .number(paddingID)),
      .init("position_embedding_type", .text("absolute")),
      .init("type_vocab_size", .number(encoder.segments)),
      .init("vocab_size", .number(encoder.vocabularySize)),
    ])
  }

  /// The text of the `tokenizer_config.json` that goes with a `vocab.txt`.
  package func tokenizerConfigurationText() -> String {
    text([
      .init("cls_token", .text("[CLS]")),
      .init("do_lower_case", .flag(isLowercase)),
      .init("mask_token", .text("[MASK]")),
      .init("model_max_length", .number(encoder.maximumLength)),
      .init("pad_token", .text("[PAD]")),
      .init("sep_token", .text("[SEP]")),
      .init("strip_accents", JSONValue(.null)),
      .init("tokenize_chinese_chars", .flag(true)),
      .init("tokenizer_class", .text("BertTokenizer")),
      .init("unk_token", .text("[UNK]")),
    ])
  }

  private func text(_ members: [JSONValue.Member]) -> String { JSONValue.object(members).encoded() + "\n" }
}
