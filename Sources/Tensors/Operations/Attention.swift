import Kernels

/// Multi-head self-attention inside each sequence of packed rows (Vaswani et al. 2017, eq. 1, after the projections)
struct Attention: Operation {
  /// Query, key and value side by side: [tokens, 3 · hidden].
  let projections: Matrix
  /// Where sequences start, and the end of the last: sequences + 1.
  let starts: Indices
  let heads: Int
  let dropout: braid_dropout
  let logSums: UnsafeMutablePointer<Float>?
  let output: Matrix

  private var headSize: Int { output.columns / heads }

  /// Of each token with every token of its sequence: scores, and what they weigh.
  var products: Double {
    var pairs = 0.0
    for index in 1..<starts.count {
      let length = Double(starts[index] - starts[index - 1])
      pairs += length * length
    }
    return 4 * pairs * Double(output.columns)
  }

  func forward(on tape: Tape) {
    var arguments = braid_attention_arguments(
      projections: projections.values, sequence_starts: starts.values, sequences: Int64(starts.count - 1),
      heads: Int64(heads), head_size: Int64(headSize), output: output.values, log_sums: logSums,
      dropout: dropout)
    braid_attention(tape.device.handle, &arguments)
  }

  func backward(on tape: Tape) {
    guard let logSums, projections.needsGradient else { return }
    let target = tape.gradientToAdd(to: projections)
    precondition(!target.accumulates, "the projections of an attention feed nothing else")
    var arguments = braid_attention_backward_arguments(
      projections: projections.values, output: output.values, log_sums: logSums,
      gradient: tape.gradient(of: output), sequence_starts: starts.values, sequences: Int64(starts.count - 1),
      heads: Int64(heads), head_size: Int64(headSize), projections_gradient: target.base, dropout: dropout)
    braid_attention_backward(tape.device.handle, &arguments)
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
    precondition(
      starts.count > 0 && starts[0] == 0 && starts[starts.count - 1] == projections.rows
        && (1..<starts.count).allSatisfy { (0..<1 << 16).contains(starts[$0] - starts[$0 - 1]) },
      "sequences follow each other from the first row to the last, each shorter than 2¹⁶ tokens")
    let output = matrix(
      rows: projections.rows, columns: projections.columns / 3, in: projections.rowSpace,
      needsGradient: projections.needsGradient)
    return perform(
      Attention(
        projections: projections, starts: starts, heads: heads, dropout: dropout(rate: rate),
        logSums: isTraining ? floats(projections.rows * heads) : nil, output: output))
  }
}
