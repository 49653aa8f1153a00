import Networks

/// The two spellings of an encoder's parameter names: Hugging Face's `BertModel` and this library's.
package enum HuggingFaceNames {
  /// What a name in a Hugging Face file stands for.
  package enum Meaning: Sendable, Equatable {
    /// A parameter, by this library's name.
    case parameter(String)
    /// Of no use to an encoder: pre-training heads but that for hidden tokens, and constant buffers.
    case ignored
    /// Not known; a report of unused tensors should name it.
    case unknown
  }

  /// The encoder's part of a file's names.
  package struct Resolution: Sendable, Equatable {
    package struct Parameter: Sendable, Equatable {
      package var name: String
      /// The name in the file.
      package var source: String
    }

    /// In the order of the file.
    package var parameters: [Parameter] = []
    package var ignored: [String] = []
    package var unknown: [String] = []
    /// Names that mean a parameter that an earlier name of the file has given already.
    package var repeated: [String] = []
  }

  /// What a name means, with or without `bert.` before it and with LayerNorm's weight and bias in either spelling.
  /// Names that are this library's alone (`heads.…`, `sharing.…`, `own.…`) mean themselves.
  package static func meaning(of source: String) -> Meaning {
    if isOfThisLibraryAlone(source) { return .parameter(source) }
    if source.hasPrefix("cls.") { return predictions(source) }
    let parts = source.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let path = Array(parts.first == "bert" ? parts.dropFirst() : parts[...])
    if path == ["embeddings", "position_ids"] || path == ["embeddings", "token_type_ids"] {
      return .ignored
    }
    if path.count == 3, path[0] == "embeddings" {
      for (theirs, ours) in embeddings where path[1] == theirs && path[2] == "weight" {
        return .parameter("encoder.embeddings.\(ours)")
      }
      if path[1] == "LayerNorm", let kind = normKind(path[2]) {
        return .parameter("encoder.embeddings.norm.\(kind)")
      }
    }
    if path.count == 3, path[0] == "pooler", path[1] == "dense", isWeightOrBias(path[2]) {
      return .parameter("encoder.pooler.\(path[2])")
    }
    if path.count > 4, path[0] == "encoder", path[1] == "layer", let layer = layerNumber(path[2]) {
      let module = path[3..<path.count - 1].joined(separator: ".")
      let last = path[path.count - 1]
      for (theirs, ours) in linears where module == theirs && isWeightOrBias(last) {
        return .parameter("encoder.layer.\(layer).\(ours).\(last)")
      }
      for (theirs, ours) in norms where module == theirs {
        if let kind = normKind(last) { return .parameter("encoder.layer.\(layer).\(ours).\(kind)") }
      }
    }
    return .unknown
  }

  /// The head for hidden tokens: `predictions.…`, from which such heads of this library start. The decoder's weight is the word
  /// embeddings', its bias that of the head.
  private static func predictions(_ source: String) -> Meaning {
    let path = source.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.count > 2, path[1] == "predictions" else { return .ignored }
    let head = MaskedLanguageHead.origin
    if path.count == 3, path[2] == "bias" { return .parameter("\(head).bias") }
    guard path.count == 5, path[2] == "transform" else { return .ignored }
    if path[3] == "dense", isWeightOrBias(path[4]) { return .parameter("\(head).dense.\(path[4])") }
    if path[3] == "LayerNorm", let kind = normKind(path[4]) { return .parameter("\(head).norm.\(kind)") }
    return .ignored
  }

  /// Whether a parameter is one that heads for hidden tokens start from.
  static func isOfPredictions(_ name: String) -> Bool { name.hasPrefix(MaskedLanguageHead.origin + ".") }

  /// The name of a parameter in a file that `BertForMaskedLM` loads; nil for one that it lacks.
  ///
  /// - Parameter head: the name of the head for hidden tokens.
  package static func maskedLanguageSource(of name: String, head: String) -> String? {
    let own = "heads.\(head).\(MaskedLanguageHead.origin)."
    guard name.hasPrefix(own) else {
      return name.hasPrefix("encoder.") ? source(of: name).map { "bert." + $0 } : nil
    }
    let theirs = name.dropFirst(own.count).replacing("norm.", with: "LayerNorm.")
    return "cls.predictions." + (theirs == "bias" ? theirs : "transform." + theirs)
  }

  /// The name in a file that `BertModel` loads (without `bert.`), nil for a name that is not this library's. Names
  /// that are this library's alone stay as they are.
  package static func source(of name: String) -> String? {
    if isOfThisLibraryAlone(name) { return name }
    let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.count >= 3, path[0] == "encoder" else { return nil }
    let last = path[path.count - 1]
    switch path[1] {
    case "embeddings":
      if path.count == 3, let (theirs, _) = embeddings.first(where: { $0.1 == path[2] }) {
        return "embeddings.\(theirs).weight"
      }
      if path.count == 4, path[2] == "norm", isWeightOrBias(last) { return "embeddings.LayerNorm.\(last)" }
    case "pooler":
      if path.count == 3, isWeightOrBias(last) { return "pooler.dense.\(last)" }
    case "layer":
      guard path.count > 4, let layer = layerNumber(path[2]), isWeightOrBias(last) else { return nil }
      let module = path[3..<path.count - 1].joined(separator: ".")
      if let (theirs, _) = (linears + norms).first(where: { $0.1 == module }) {
        return "encoder.layer.\(layer).\(theirs).\(last)"
      }
    default: break
    }
    return nil
  }

  private static func isOfThisLibraryAlone(_ name: String) -> Bool {
    ["heads.", "sharing.", "own."].contains { name.hasPrefix($0) }
  }

  /// Whether a plain encoder has a parameter of this name.
  package static func isOfEncoder(_ name: String) -> Bool {
    name.hasPrefix("encoder.") && source(of: name) != nil
  }

  /// Sorts a file's names by what they mean.
  package static func resolve(_ sources: [String]) -> Resolution {
    var resolution = Resolution()
    var seen = Set<String>()
    // The bias of the head for hidden tokens may be kept as that of its decoder.
    let decoderBias = "cls.predictions.decoder.bias"
    let hasBias = sources.contains("cls.predictions.bias")
    for source in sources {
      switch source == decoderBias && !hasBias
        ? .parameter("\(MaskedLanguageHead.origin).bias") : meaning(of: source)
      {
      case .parameter(let name):
        if seen.insert(name).inserted {
          resolution.parameters.append(.init(name: name, source: source))
        } else {
          resolution.repeated.append(source)
        }
      case .ignored: resolution.ignored.append(source)
      case .unknown: resolution.unknown.append(source)
      }
    }
    return resolution
  }

  private static let embeddings = [
    ("word_embeddings", "word"), ("position_embeddings", "position"), ("token_type_embeddings", "segment"),
  ]

  private static let linears = [
    ("attention.self.query", "attention.query"),
    ("attention.self.key", "attention.key"),
    ("attention.self.value", "attention.value"),
    ("attention.output.dense", "attention.output"),
    ("intermediate.dense", "feedForward.inner"),
    ("output.dense", "feedForward.outer"),
  ]

  private static let norms = [
    ("attention.output.LayerNorm", "attention.norm"),
    ("output.LayerNorm", "feedForward.norm"),
  ]

  private static func isWeightOrBias(_ text: String) -> Bool { text == "weight" || text == "bias" }

  /// Weight or bias of a LayerNorm, which files from TensorFlow's time call gamma and beta.
  private static func normKind(_ text: String) -> String? {
    switch text {
    case "weight", "gamma": "weight"
    case "bias", "beta": "bias"
    default: nil
    }
  }

  /// A layer's number, spelled without leading zeros or sign.
  private static func layerNumber(_ text: String) -> Int? {
    guard let number = Int(text), number >= 0, "\(number)" == text else { return nil }
    return number
  }
}
