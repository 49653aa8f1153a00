import Tensors

/// The shape of a BERT encoder (Devlin et al. 2019) and its dropout.
public struct EncoderConfiguration: Sendable, Equatable {
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var layers: Int
  public var attentionHeads: Int
  public var feedForwardSize: Int
  public var activation: Activation
  /// Dropout of embeddings, of each block's output and, unless a head says otherwise, before heads.
  public var dropout: Float
  /// Dropout of attention probabilities.
  public var attentionDropout: Float
  /// The most tokens of a sequence, special ones included.
  public var maximumLength: Int
  public var segments: Int
  public var layerNormEpsilon: Float
  /// Standard deviation of new weights.
  public var initializerDeviation: Float

  /// The default is the small encoder that trains from scratch within two minutes on two cores.
  public init(
    vocabularySize: Int, hiddenSize: Int = 128, layers: Int = 3, attentionHeads: Int = 4,
    feedForwardSize: Int = 512, activation: Activation = .gelu, dropout: Float = 0.1,
    attentionDropout: Float = 0.1, maximumLength: Int = 128, segments: Int = 2,
    layerNormEpsilon: Float = 1e-12, initializerDeviation: Float = 0.02
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.attentionHeads = attentionHeads
    self.feedForwardSize = feedForwardSize
    self.activation = activation
    self.dropout = dropout
    self.attentionDropout = attentionDropout
    self.maximumLength = maximumLength
    self.segments = segments
    self.layerNormEpsilon = layerNormEpsilon
    self.initializerDeviation = initializerDeviation
  }

  /// What keeps this from being built, in words, or nil when it can be.
  public var problem: String? {
    let sizes = [
      ("vocabulary size", vocabularySize), ("hidden size", hiddenSize), ("number of layers", layers),
      ("number of attention heads", attentionHeads), ("feed-forward size", feedForwardSize),
      ("maximum length", maximumLength), ("number of segments", segments),
    ]
    for (name, size) in sizes where !(1...(1 << 24)).contains(size) {
      return "the \(name) is \(size), which is not between 1 and \(1 << 24)"
    }
    if hiddenSize % attentionHeads != 0 {
      return "the hidden size \(hiddenSize) is not a multiple of the \(attentionHeads) attention heads"
    }
    // Attention numbers the elements of its dropout masks by 16 bits of position.
    if maximumLength > 1 << 16 { return "the maximum length \(maximumLength) is beyond \(1 << 16)" }
    for (name, rate) in [("dropout", dropout), ("attention dropout", attentionDropout)]
    where !(rate >= 0 && rate < 1) {
      return "the \(name) is \(rate), which is not at least 0 and below 1"
    }
    return nil
  }
}
