import Foundation
import Testing
import Training

@Suite struct HuggingFaceNamesTests {
  static let pairs = [
    ("embeddings.word_embeddings.weight", "encoder.embeddings.word"),
    ("embeddings.position_embeddings.weight", "encoder.embeddings.position"),
    ("embeddings.token_type_embeddings.weight", "encoder.embeddings.segment"),
    ("embeddings.LayerNorm.weight", "encoder.embeddings.norm.weight"),
    ("embeddings.LayerNorm.bias", "encoder.embeddings.norm.bias"),
    ("encoder.layer.0.attention.self.query.weight", "encoder.layer.0.attention.query.weight"),
    ("encoder.layer.0.attention.self.key.bias", "encoder.layer.0.attention.key.bias"),
    ("encoder.layer.11.attention.self.value.weight", "encoder.layer.11.attention.value.weight"),
    ("encoder.layer.3.attention.output.dense.bias", "encoder.layer.3.attention.output.bias"),
    ("encoder.layer.3.attention.output.LayerNorm.weight", "encoder.layer.3.attention.norm.weight"),
    ("encoder.layer.3.intermediate.dense.weight", "encoder.layer.3.feedForward.inner.weight"),
    ("encoder.layer.3.output.dense.bias", "encoder.layer.3.feedForward.outer.bias"),
    ("encoder.layer.3.output.LayerNorm.bias", "encoder.layer.3.feedForward.norm.bias"),
    ("pooler.dense.weight", "encoder.pooler.weight"),
    ("pooler.dense.bias", "encoder.pooler.bias"),
    ("heads.sst.classifier.weight", "heads.sst.classifier.weight"),
  ]

  @Test("Every parameter has a name on either side", arguments: pairs)
  func bothWays(source: String, name: String) {
    #expect(HuggingFaceNames.meaning(of: source) == .parameter(name))
    #expect(HuggingFaceNames.source(of: name) == source)
    if !source.hasPrefix("heads.") {
      #expect(HuggingFaceNames.meaning(of: "bert.\(source)") == .parameter(name))
    }
  }

  @Test("LayerNorm's weight and bias are also known as gamma and beta; nothing else is")
  func gammaBeta() {
    #expect(
      HuggingFaceNames.meaning(of: "bert.encoder.layer.2.attention.output.LayerNorm.gamma")
        == .parameter("encoder.layer.2.attention.norm.weight"))
    #expect(
      HuggingFaceNames.meaning(of: "embeddings.LayerNorm.beta") == .parameter("encoder.embeddings.norm.bias"))
    #expect(HuggingFaceNames.meaning(of: "pooler.dense.gamma") == .unknown)
    #expect(HuggingFaceNames.meaning(of: "encoder.layer.2.output.dense.beta") == .unknown)
  }

  @Test(
    "Pre-training heads and buffers are ignored",
    arguments: [
      "cls.seq_relationship.bias", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias",
      "bert.embeddings.position_ids", "embeddings.token_type_ids",
    ])
  func ignored(source: String) { #expect(HuggingFaceNames.meaning(of: source) == .ignored) }

  @Test("The head for hidden tokens is known, its bias by either name, and has its names back")
  func predictions() {
    let names = [
      "cls.predictions.bias": "predictions.bias",
      "cls.predictions.transform.dense.weight": "predictions.dense.weight",
      "cls.predictions.transform.LayerNorm.gamma": "predictions.norm.weight",
      "cls.predictions.transform.LayerNorm.bias": "predictions.norm.bias",
    ]
    for (source, name) in names {
      #expect(HuggingFaceNames.meaning(of: source) == .parameter(name))
      #expect(
        HuggingFaceNames.maskedLanguageSource(of: "heads.words.\(name)", head: "words")
          == source.replacing("gamma", with: "weight"))
    }
    #expect(HuggingFaceNames.maskedLanguageSource(of: "heads.other.predictions.bias", head: "words") == nil)
    let old = ["cls.predictions.bias", "cls.predictions.decoder.bias"]
    #expect(HuggingFaceNames.resolve(old).parameters.map(\.source) == ["cls.predictions.bias"])
    #expect(HuggingFaceNames.resolve([old[1]]).parameters.map(\.name) == ["predictions.bias"])
  }

  @Test(
    "Other names are unknown",
    arguments: [
      "", "bert", "bert.", "classifier.weight", "encoder.layer.01.output.dense.weight",
      "encoder.layer.-1.output.dense.weight", "encoder.layer.x.output.dense.weight", "encoder.layer.0.weight",
      "encoder.layer.0.attention.self.query.scale", "embeddings.word_embeddings.bias",
      "bert.bert.pooler.dense.bias",
      "encoder.layer.99999999999999999999.output.dense.weight", "encoder.layer.0..output.dense.weight",
    ])
  func unknown(source: String) { #expect(HuggingFaceNames.meaning(of: source) == .unknown) }

  @Test(
    "Names that are not this library's have no other spelling",
    arguments: [
      "", "encoder", "encoder.pooler", "encoder.pooler.scale", "encoder.layer.0.attention.query",
      "encoder.layer.00.attention.query.weight", "encoder.embeddings.words", "pooler.weight",
    ])
  func notOurs(name: String) { #expect(HuggingFaceNames.source(of: name) == nil) }

  @Test("A file's names are sorted by meaning, and a parameter given twice is found")
  func resolution() {
    let resolution = HuggingFaceNames.resolve([
      "bert.pooler.dense.bias", "cls.seq_relationship.bias", "pooler.dense.bias", "classifier.bias",
    ])
    #expect(resolution.parameters.map(\.name) == ["encoder.pooler.bias"])
    #expect(resolution.parameters.map(\.source) == ["bert.pooler.dense.bias"])
    #expect(resolution.ignored == ["cls.seq_relationship.bias"])
    #expect(resolution.unknown == ["classifier.bias"])
    #expect(resolution.repeated == ["pooler.dense.bias"])
  }

  @Test("All tensors of a real encoder have a meaning")
  func realEncoder() throws {
    guard let folder = MiniLMFixture.encoderFolder else { return }
    let reader = try SafetensorsReader(folder.appendingPathComponent("model.safetensors"))
    let resolution = HuggingFaceNames.resolve(reader.names)
    #expect(resolution.parameters.count == 5 + 6 * 16 + 2)
    #expect(resolution.unknown.isEmpty && resolution.repeated.isEmpty)
    let configuration = try HuggingFaceConfiguration(folder: folder)
    let encoder = configuration.encoder
    #expect(encoder.layers == 6 && encoder.hiddenSize == 384 && configuration.isLowercase)
    for parameter in resolution.parameters where parameter.name == "encoder.embeddings.word" {
      #expect(
        try reader.shape(of: parameter.source) == [encoder.vocabularySize, encoder.hiddenSize])
    }
  }
}
