import Kernels

/// Multi-head self-attention inside each sequence of packed rows (Vaswani et al. 2017, eq. 1, after the projections)
struct Attention: Operation {
  /// Query, key and value side by side: [tokens, 3 · hidden].
  let projections: Matrix
  let shape: Device.AttentionShape
  let dropout: braid_dropout
  let logSums: Numbers?
  let output: Matrix

  /// Of each token with every token of its sequence: scores, and what they weigh.
  var products: Double {
    var pairs = 0.0
    for index in 1..<shape.starts.count {
      let length = Double(shape.starts[index] - shape.starts[index - 1])
      pairs += length * length
    }
    return 4 * pairs * Double(output.columns)
  }

  func forward(on tape: Tape) {
    tape.device.attention(projections.values, shape, dropout: dropout, into: output.values, logSums: logSums)
  }

  func backward(on tape: Tape) {
    guard let logSums, projections.needsGradient else { return }
    let target = tape.gradientToAdd(to: projections)
    precondition(!target.accumulates, "the projections of an attention feed nothing else")
    tape.device.attentionBackward(
      tape.gradient(of: output), projections: projections.values, output: output.values, logSums: logSums,
      shape, dropout: dropout, into: target.values)
  }
}

extension Tape {
  /// Attention of each token to the tokens of its own sequence.
  ///
  /// - Parameters:
  ///   - projections: query, key and value side by side, [tokens, 3 · hidden]. Nothing else may read it.
  ///   - starts: the first row of each sequence, and the row after the last.
  ///   - heads: heads; hidden is a multiple of it.
  ///   - rate: dropout of the attention probabilities.
  public func attention(_ projections: Matrix, starts: Indices, heads: Int, dropout rate: Float) -> Matrix {
    precondition(projections.columns % (3 * heads) == 0, "hidden size is a multiple of the number of heads")
    let output = matrix(
      rows: projections.rows, columns: projections.columns / 3, in: projections.rowSpace,
      needsGradient: projections.needsGradient)
    return perform(
      Attention(
        projections: projections,
        shape: Device.AttentionShape(starts: starts, heads: heads, headSize: output.columns / heads),
        dropout: dropout(rate: rate), logSums: isTraining ? floats(projections.rows * heads) : nil,
        output: output))
  }
}
