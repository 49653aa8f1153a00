import Foundation
import Networks
import Tensors
import Testing
import Training

@Suite struct HuggingFaceConfigurationTests {
  static let base = [
    ("vocab_size", "100"), ("hidden_size", "32"), ("num_hidden_layers", "2"), ("num_attention_heads", "4"),
    ("intermediate_size", "64"), ("max_position_embeddings", "40"), ("model_type", "\"bert\""),
  ]

  /// The base settings with some replaced, added or (nil) taken away.
  static func settings(_ changes: [(String, String?)] = []) -> [UInt8] {
    var all = base.map { ($0.0, Optional($0.1)) }
    for change in changes {
      all.removeAll { $0.0 == change.0 }
      all.append(change)
    }
    let members = all.compactMap { key, value in value.map { "\"\(key)\": \($0)" } }
    return Array("{\(members.joined(separator: ", "))}".utf8)
  }

  @Test("Sizes are read, and what is absent has BERT's defaults")
  func defaults() throws {
    let configuration = try HuggingFaceConfiguration(configuration: Self.settings(), file: "config.json")
    var expected = HuggingFaceConfiguration(
      encoder: EncoderConfiguration(
        vocabularySize: 100, hiddenSize: 32, layers: 2, attentionHeads: 4, feedForwardSize: 64,
        activation: .gelu, dropout: 0.1, attentionDropout: 0.1, maximumLength: 40, segments: 2,
        layerNormEpsilon: 1e-12, initializerDeviation: 0.02),
      isLowercase: true, paddingID: 0)
    #expect(configuration == expected)
    let changed = try HuggingFaceConfiguration(
      configuration: Self.settings([
        ("layer_norm_eps", "1e-5"), ("type_vocab_size", "1"), ("hidden_dropout_prob", "0"),
        ("attention_probs_dropout_prob", "0.25"), ("initializer_range", "0.05"), ("pad_token_id", "7"),
        ("model_type", nil), ("is_decoder", "false"), ("position_embedding_type", "null"),
        ("pruned_heads", "{}"),
        ("torch_dtype", "\"float16\""), ("anything", "[{\"else\": null}]"),
      ]), file: "config.json")
    expected.encoder.layerNormEpsilon = 1e-5
    expected.encoder.segments = 1
    expected.encoder.dropout = 0
    expected.encoder.attentionDropout = 0.25
    expected.encoder.initializerDeviation = 0.05
    expected.paddingID = 7
    #expect(changed == expected)
  }

  @Test(
    "Spellings of the activations",
    arguments: [
      ("gelu", Activation.gelu), ("gelu_python", .gelu), ("gelu_new", .geluTanh),
      ("gelu_pytorch_tanh", .geluTanh),
      ("gelu_fast", .geluTanh), ("relu", .relu), ("tanh", .tanh), ("linear", .none),
    ])
  func activations(spelling: String, activation: Activation) throws {
    let settings = Self.settings([("hidden_act", "\"\(spelling)\"")])
    #expect(try HuggingFaceConfiguration(configuration: settings, file: "").encoder.activation == activation)
  }

  @Test(
    "What is not supported or not sensible is refused by name",
    arguments: [
      ("model_type", "\"roberta\""), ("model_type", "3"), ("is_decoder", "true"), ("is_decoder", "1"),
      ("add_cross_attention", "true"), ("is_encoder_decoder", "true"),
      ("position_embedding_type", "\"relative_key\""), ("hidden_act", "\"silu\""), ("hidden_act", "null0"),
      ("pruned_heads", "{\"0\": [1]}"), ("quantization_config", "{\"bits\": 8}"), ("embedding_size", "16"),
      ("hidden_size", nil), ("hidden_size", "0"), ("hidden_size", "-32"), ("hidden_size", "32.5"),
      ("hidden_size", "\"32\""), ("hidden_size", "99999999999999999999"), ("num_attention_heads", "5"),
      ("vocab_size", "9000000000000000000"), ("max_position_embeddings", "null"),
      ("intermediate_size", "true"),
      ("num_hidden_layers", "100000"), ("hidden_dropout_prob", "1"), ("attention_probs_dropout_prob", "-0.1"),
      ("layer_norm_eps", "\"small\""), ("type_vocab_size", "0"), ("pad_token_id", "100"),
    ] as [(String, String?)])
  func refusals(setting: String, value: String?) throws {
    let settings = Self.settings([(setting, value)])
    let error = #expect(throws: HuggingFaceConfigurationError.self) {
      try HuggingFaceConfiguration(configuration: settings, file: "folder/config.json")
    }
    #expect(error?.file == "folder/config.json")
    // "null0" is no JSON; all others name the setting.
    #expect(error?.setting == (value == "null0" ? nil : setting))
  }

  @Test(
    "A tokenizer that is not BERT's is refused by name",
    arguments: [
      ("tokenizer_class", "\"RobertaTokenizer\""), ("cls_token", "\"<s>\""),
      ("sep_token", "{\"content\": \"</s>\"}"),
      ("tokenize_chinese_chars", "false"), ("strip_accents", "false"), ("do_lower_case", "\"yes\""),
    ])
  func tokenizerRefusals(setting: String, value: String) throws {
    var configuration = try HuggingFaceConfiguration(configuration: Self.settings(), file: "")
    let error = #expect(throws: HuggingFaceConfigurationError.self) {
      try configuration.read(tokenizerConfiguration: Array("{\"\(setting)\": \(value)}".utf8), file: "t.json")
    }
    #expect(error?.setting == setting && error?.file == "t.json")
  }

  @Test("Lower-casing comes from tokenizer_config.json, else from tokenizer.json, else it is on")
  func lowercase() throws {
    let cases: [(tokenizerConfiguration: String?, tokenizer: String?, isLowercase: Bool)] = [
      (nil, nil, true),
      ("{}", nil, true),
      (#"{"do_lower_case": false, "cls_token": {"content": "[CLS]"}}"#, nil, false),
      (#"{"do_lower_case": true}"#, #"{"normalizer": {"lowercase": false}}"#, true),
      (#"{"do_lower_case": null}"#, #"{"normalizer": {"lowercase": false}}"#, false),
      (nil, #"{"normalizer": {"lowercase": false}}"#, false),
      (nil, #"{"normalizer": null}"#, true),
    ]
    for item in cases {
      try FixtureFiles.withScratchFolder { folder in
        try Data(Self.settings()).write(to: folder.appendingPathComponent("config.json"))
        for (name, text) in [
          ("tokenizer_config.json", item.tokenizerConfiguration), ("tokenizer.json", item.tokenizer),
        ] {
          try text.map { try Data($0.utf8).write(to: folder.appendingPathComponent(name)) }
        }
        #expect(try HuggingFaceConfiguration(folder: folder).isLowercase == item.isLowercase)
      }
    }
  }

  @Test("A folder without config.json is refused with what it should hold")
  func missing() {
    let error = #expect(throws: HuggingFaceConfigurationError.self) {
      try HuggingFaceConfiguration(folder: URL(fileURLWithPath: "/nonexistent"))
    }
    #expect(error?.description.contains("/nonexistent/config.json: can't be read") == true)
  }

  @Test("What is written is read back", arguments: Activation.allCases)
  func roundTrip(activation: Activation) throws {
    let configuration = HuggingFaceConfiguration(
      encoder: EncoderConfiguration(
        vocabularySize: 30522, hiddenSize: 384, layers: 6, attentionHeads: 12, feedForwardSize: 1536,
        activation: activation, dropout: 0.05, attentionDropout: 1 / 3, maximumLength: 512,
        layerNormEpsilon: 1e-7),
      isLowercase: activation == .relu, paddingID: 3)
    var again = try HuggingFaceConfiguration(
      configuration: Array(configuration.configurationText().utf8), file: "config.json")
    let isDecided = try again.read(
      tokenizerConfiguration: Array(configuration.tokenizerConfigurationText().utf8), file: "")
    #expect(isDecided)
    #expect(again == configuration)
  }

  @Test("Numbers are written as a person would write them")
  func writtenNumbers() {
    let text = HuggingFaceConfiguration(encoder: EncoderConfiguration(vocabularySize: 100))
      .configurationText()
    for line in [
      "\"hidden_dropout_prob\": 0.1,", "\"initializer_range\": 0.02,", "\"layer_norm_eps\": 1e-12,",
      "\"hidden_act\": \"gelu\",", "\"vocab_size\": 100\n}",
    ] {
      #expect(text.contains("\n  \(line)"), "\(text)")
    }
  }

  @Test("Refusals say what was found and what was expected")
  func messages() {
    for (setting, value, message) in [
      ("hidden_size", "\"32\"", "the text \"32\", expected a whole number from 1 to 65536"),
      ("layer_norm_eps", "2", "the number 2, expected a number from 0.0 to below 1.0"),
      (
        "hidden_act", "\"silu\"",
        "\"silu\" is not supported, expected \"gelu\", \"gelu_python\", \"gelu_pytorch_tanh\", \"gelu_new\","
          + " \"gelu_fast\", \"relu\", \"tanh\" or \"linear\""
      ),
      ("model_type", "\"roberta\"", "\"roberta\" is not supported, expected \"bert\""),
    ] {
      let error = #expect(throws: HuggingFaceConfigurationError.self) {
        try HuggingFaceConfiguration(configuration: Self.settings([(setting, value)]), file: "config.json")
      }
      #expect(error?.description == "config.json: \(setting): \(message)")
    }
  }
}
