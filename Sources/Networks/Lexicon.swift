import Tensors

/// The lexicon encoder: word, position and segment embeddings, summed and normalised (MT-DNN, Liu et al. 2019, section 3).
public struct Lexicon: Sendable {
  /// [vocabulary, hidden]
  let words: Parameter
  private let positions: Parameter
  private let segments: Parameter
  private let norm: LayerNormParameters
  private let dropout: Float

  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    let hidden = configuration.hiddenSize
    let initializer = Initializer.truncatedNormal(deviation: configuration.initializerDeviation)
    words = scope.table(
      "word", rows: configuration.vocabularySize, columns: hidden, initializer: initializer)
    positions = scope.table(
      "position", rows: configuration.maximumLength, columns: hidden, initializer: initializer)
    segments = scope.table(
      "segment", rows: configuration.segments, columns: hidden, initializer: initializer)
    norm = scope.layerNorm("norm", columns: hidden, epsilon: configuration.layerNormEpsilon)
    dropout = configuration.dropout
  }

  /// [tokens, hidden] from the ids, positions and segments of packed tokens.
  ///
  /// - Parameter perturbation: is added to the sum of the embeddings, [tokens, hidden].
  func forward(
    ids: Indices, positions: Indices, segments: Indices, perturbation: Matrix? = nil, in space: RowSpace,
    on tape: Tape
  ) -> Matrix {
    var sum = tape.embedding(
      [(words, ids), (self.positions, positions), (self.segments, segments)], in: space)
    if let perturbation { sum = tape.sum([sum, perturbation]) }
    return tape.dropout(tape.layerNorm(sum, norm), rate: dropout)
  }
}
