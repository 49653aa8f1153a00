import Tensors

/// One post-norm Transformer layer as BERT has it: self-attention and a feed-forward block, each with dropout, residual
/// connection and LayerNorm (Vaswani et al. 2017; Devlin et al. 2019).
public struct EncoderLayer: Sendable {
  public let attention: AttentionBlock
  public let feedForward: FeedForwardBlock

  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    attention = AttentionBlock(configuration, in: scope)
    feedForward = FeedForwardBlock(configuration, in: scope)
  }

  /// [tokens, hidden] → [tokens, hidden]; tokens see their own sequence alone.
  public func forward(_ input: Matrix, starts: Indices, on tape: Tape) -> Matrix {
    feedForward.forward(attention.forward(input, starts: starts, on: tape), on: tape)
  }
}

/// The lower half of a layer: self-attention, with residual connection and LayerNorm.
public struct AttentionBlock: Sendable {
  /// To query, key and value side by side.
  public let projections: LinearParameters
  public let norm: BlockNorm
  private let output: LinearParameters
  private let heads: Int
  private let dropout: Float

  /// - Parameter scope: of the layer.
  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    let hidden = configuration.hiddenSize
    let deviation = configuration.initializerDeviation
    let scope = scope.scope("attention")
    projections = scope.linear(
      ["query", "key", "value"], inputs: hidden, outputs: hidden, deviation: deviation)
    output = scope.linear("output", inputs: hidden, outputs: hidden, deviation: deviation)
    norm = BlockNorm(configuration, in: scope)
    heads = configuration.attentionHeads
    dropout = configuration.attentionDropout
  }

  public func forward(_ input: Matrix, starts: Indices, on tape: Tape) -> Matrix {
    norm.forward(
      attended(tape.linear(input, projections), starts: starts, on: tape), residual: input, on: tape)
  }

  /// From query, key and value to the output projection, [tokens, 3 · hidden] → [tokens, hidden].
  public func attended(_ projected: Matrix, starts: Indices, on tape: Tape) -> Matrix {
    tape.linear(tape.attention(projected, starts: starts, heads: heads, dropout: dropout), output)
  }
}

/// The upper half of a layer: two dense layers with an activation between them, with residual connection and LayerNorm.
public struct FeedForwardBlock: Sendable {
  public let dense: FeedForward
  public let norm: BlockNorm

  /// - Parameter scope: of the layer.
  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    dense = FeedForward(configuration, in: scope)
    norm = BlockNorm(configuration, in: scope.scope("feedForward"))
  }

  public func forward(_ input: Matrix, on tape: Tape) -> Matrix {
    norm.forward(dense.forward(input, on: tape), residual: input, on: tape)
  }
}

/// The two dense layers of a feed-forward block.
public struct FeedForward: Sendable {
  private let inner: LinearParameters
  private let outer: LinearParameters
  private let activation: Activation

  /// - Parameter scope: of the layer.
  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    let hidden = configuration.hiddenSize
    let deviation = configuration.initializerDeviation
    let scope = scope.scope("feedForward")
    inner = scope.linear(
      "inner", inputs: hidden, outputs: configuration.feedForwardSize, deviation: deviation)
    outer = scope.linear(
      "outer", inputs: configuration.feedForwardSize, outputs: hidden, deviation: deviation)
    activation = configuration.activation
  }

  /// [tokens, hidden] → [tokens, hidden]
  public func forward(_ input: Matrix, on tape: Tape) -> Matrix {
    tape.feedForward(input, inner, activation: activation, outer)
  }
}

/// The end of either block: dropout, residual connection and LayerNorm.
public struct BlockNorm: Sendable {
  private let norm: LayerNormParameters
  private let dropout: Float

  /// - Parameter scope: of the block.
  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    norm = scope.layerNorm(
      "norm", columns: configuration.hiddenSize, epsilon: configuration.layerNormEpsilon)
    dropout = configuration.dropout
  }

  public func forward(_ states: Matrix, residual: Matrix, on tape: Tape) -> Matrix {
    tape.layerNorm(states, residual: residual, norm, dropout: dropout)
  }
}
