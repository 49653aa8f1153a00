import Tensors

extension Model {
  /// Chooses what training leaves alone: what the options say, copies of that in towers and experts, and what the way of
  /// sharing keeps as it is. What a way of sharing adds to a frozen layer is trained.
  package func freeze(as options: TrainingOptions) {
    let origins = parameters.layout.origins
    parameters.freeze { name in
      let isCopy = origins[name].map { HuggingFaceNames.isOfEncoder($0) && options.freezes($0) } ?? false
      return isCopy || options.freezes(name) || network.encoder.sharing.freezes(name)
    }
  }
}

extension TrainingOptions {
  /// Whether a parameter of a plain encoder stays as it is.
  fileprivate func freezes(_ parameter: String) -> Bool {
    if parameter.hasPrefix("encoder.embeddings.") { return freezesLexicon || frozenLayers > 0 }
    return (0..<frozenLayers).contains { parameter.hasPrefix("encoder.layer.\($0).") }
  }
}
