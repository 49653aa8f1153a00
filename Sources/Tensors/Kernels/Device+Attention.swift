import Kernels

extension Device {
  /// Sequences of packed rows, and the heads that each row is divided into.
  struct AttentionShape: BitwiseCopyable {
    /// The first row of each sequence, and the row after the last.
    let starts: Indices
    let heads: Int
    let headSize: Int

    var sequences: Int { starts.count - 1 }
    var rows: Int { starts[sequences] }
    var hidden: Int { heads * headSize }

    fileprivate func check() {
      precondition(
        starts.count > 0 && starts[0] == 0
          && (1..<starts.count).allSatisfy { (0...1 << 16).contains(starts[$0] - starts[$0 - 1]) },
        "sequences follow each other from the first row to the last, each of at most 2¹⁶ tokens")
    }
  }

  /// Scaled dot-product self-attention inside each sequence.
  ///
  /// - Parameters:
  ///   - projections: query, key and value side by side, [rows, 3 · hidden].
  ///   - output: [rows, hidden].
  ///   - logSums: log Σ exp of each row's scores, [rows, heads], kept for backward.
  func attention(
    _ projections: Numbers, _ shape: AttentionShape, dropout: braid_dropout, into output: Numbers,
    logSums: Numbers?
  ) {
    shape.check()
    precondition(
      projections.count == shape.rows * 3 * shape.hidden && output.count == shape.rows * shape.hidden
        && (logSums.map { $0.count == shape.rows * shape.heads } ?? true), "matrices of other sizes")
    // Sequences cover the rows, and all matrices have as many, as checked above.
    unsafe run(
      braid_attention,
      braid_attention_arguments(
        projections: projections.base, sequence_starts: shape.starts.values.base,
        sequences: Int64(shape.sequences), heads: Int64(shape.heads), head_size: Int64(shape.headSize),
        output: output.base, log_sums: logSums?.base, dropout: dropout))
  }

  /// Writes the gradient of the projections.
  func attentionBackward(
    _ gradient: Numbers, projections: Numbers, output: Numbers, logSums: Numbers, _ shape: AttentionShape,
    dropout: braid_dropout, into projectionsGradient: Numbers
  ) {
    shape.check()
    precondition(
      projections.count == shape.rows * 3 * shape.hidden && projectionsGradient.count == projections.count
        && output.count == shape.rows * shape.hidden && gradient.count == output.count
        && logSums.count == shape.rows * shape.heads, "matrices of other sizes")
    // Sequences cover the rows, and all matrices have as many, as checked above.
    unsafe run(
      braid_attention_backward,
      braid_attention_backward_arguments(
        projections: projections.base, output: output.base, log_sums: logSums.base, gradient: gradient.base,
        sequence_starts: shape.starts.values.base, sequences: Int64(shape.sequences),
        heads: Int64(shape.heads), head_size: Int64(shape.headSize),
        projections_gradient: projectionsGradient.base, dropout: dropout))
  }
}
