import Tensors

/// One post-norm Transformer layer as BERT has it: self-attention and a feed-forward block, each with dropout, residual
/// connection and LayerNorm (Vaswani et al. 2017; Devlin et al. 2019).
public struct EncoderLayer: Sendable {
  let projections: LinearParameters
  let attentionOutput: LinearParameters
  let attentionNorm: LayerNormParameters
  let inner: LinearParameters
  let outer: LinearParameters
  let feedForwardNorm: LayerNormParameters
  let heads: Int
  let activation: Activation
  let dropout: Float
  let attentionDropout: Float

  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    let hidden = configuration.hiddenSize
    let deviation = configuration.initializerDeviation
    let attention = scope.scope("attention")
    let feedForward = scope.scope("feedForward")
    projections = attention.linear(
      ["query", "key", "value"], inputs: hidden, outputs: hidden, deviation: deviation)
    attentionOutput = attention.linear("output", inputs: hidden, outputs: hidden, deviation: deviation)
    attentionNorm = attention.layerNorm("norm", columns: hidden, epsilon: configuration.layerNormEpsilon)
    inner = feedForward.linear(
      "inner", inputs: hidden, outputs: configuration.feedForwardSize, deviation: deviation)
    outer = feedForward.linear(
      "outer", inputs: configuration.feedForwardSize, outputs: hidden, deviation: deviation)
    feedForwardNorm = feedForward.layerNorm("norm", columns: hidden, epsilon: configuration.layerNormEpsilon)
    heads = configuration.attentionHeads
    activation = configuration.activation
    dropout = configuration.dropout
    attentionDropout = configuration.attentionDropout
  }

  /// [tokens, hidden] → [tokens, hidden]; tokens see their own sequence alone.
  public func forward(_ input: Matrix, starts: Indices, on tape: Tape) -> Matrix {
    let context = tape.attention(
      tape.linear(input, projections), starts: starts, heads: heads, dropout: attentionDropout)
    let attended = tape.layerNorm(
      tape.linear(context, attentionOutput), residual: input, attentionNorm, dropout: dropout)
    let expanded = tape.linear(attended, inner, activation: activation)
    return tape.layerNorm(
      tape.linear(expanded, outer), residual: attended, feedForwardNorm, dropout: dropout)
  }
}
