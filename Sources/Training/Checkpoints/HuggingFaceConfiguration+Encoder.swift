import Networks

extension HuggingFaceConfiguration {
  /// The configuration of an encoder and its tokenizer.
  package init(encoder: EncoderConfiguration, isLowercase: Bool) {
    self.init(
      vocabularySize: encoder.vocabularySize, hiddenSize: encoder.hiddenSize, layers: encoder.layers,
      attentionHeads: encoder.attentionHeads, feedForwardSize: encoder.feedForwardSize,
      maximumLength: encoder.maximumLength)
    activation = encoder.activation == .relu ? .relu : encoder.activation == .geluTanh ? .geluTanh : .gelu
    hiddenDropout = Double(encoder.dropout.description) ?? 0
    attentionDropout = Double(encoder.attentionDropout.description) ?? 0
    segments = encoder.segments
    layerNormEpsilon = Double(encoder.layerNormEpsilon.description) ?? 0
    initializerRange = Double(encoder.initializerDeviation.description) ?? 0
    self.isLowercase = isLowercase
  }

  package var encoder: EncoderConfiguration {
    EncoderConfiguration(
      vocabularySize: vocabularySize, hiddenSize: hiddenSize, layers: layers, attentionHeads: attentionHeads,
      feedForwardSize: feedForwardSize,
      activation: activation == .relu ? .relu : activation == .geluTanh ? .geluTanh : .gelu,
      dropout: Float(hiddenDropout), attentionDropout: Float(attentionDropout), maximumLength: maximumLength,
      segments: segments, layerNormEpsilon: Float(layerNormEpsilon),
      initializerDeviation: Float(initializerRange))
  }
}
