import Kernels

/// The kernels that go element by element or row by row.
extension Device {
  /// In place: gradient *= activation'(before).
  func activationBackward(_ activation: Activation, before: Numbers, gradient: Numbers) {
    precondition(before.count == gradient.count, "a gradient for each value")
    // Both have `count` floats.
    unsafe run(
      braid_activation_backward,
      braid_activation_backward_arguments(
        activation: activation.code, count: Int64(gradient.count), before: before.base,
        gradient: gradient.base))
  }

  /// sums += Σ over some rows of some columns of a matrix that is `width` wide.
  func addColumnSums(_ matrix: Numbers, width: Int, columns: Range<Int>, rows: RowRange, to sums: Numbers) {
    precondition(
      0 <= rows.first && rows.first <= rows.last && rows.last * width <= matrix.count
        && 0 <= columns.lowerBound && columns.upperBound <= width && sums.count == columns.count,
      "sums of other rows or columns than there are")
    // Rows and columns are within the matrix, as checked above.
    unsafe run(
      braid_column_sums,
      braid_column_sums_arguments(
        matrix: matrix.base + columns.lowerBound, stride: Int64(width), columns: Int64(columns.count),
        first_row: Int64(rows.first), last_row: Int64(rows.last), sums: sums.base))
  }

  /// output = dropout(input), or is added to.
  func apply(_ dropout: braid_dropout, to input: Numbers, into output: Numbers, accumulates: Bool) {
    precondition(input.count == output.count, "an output for each input")
    // Both have `count` floats.
    unsafe run(
      braid_dropout_apply,
      braid_dropout_arguments(
        input: input.base, output: output.base, count: Int64(input.count), accumulate: accumulates,
        dropout: dropout))
  }

  /// What a LayerNorm keeps for backward.
  struct NormRecord: BitwiseCopyable {
    /// residual + dropout(input), [rows, columns].
    let sum: Numbers
    /// Mean and inverse deviation, [rows, 2].
    let statistics: Numbers
  }

  /// output = LayerNorm(residual + dropout(input)) · weight + bias, row by row.
  func layerNorm(
    _ input: Numbers, residual: Numbers?, weight: Numbers, bias: Numbers, epsilon: Float,
    dropout: braid_dropout, into output: Numbers, keeping record: NormRecord?
  ) {
    let columns = weight.count
    let rows = input.count / columns
    precondition(
      input.count == rows * columns && output.count == input.count && bias.count == columns
        && (residual.map { $0.count == input.count } ?? true), "matrices of other sizes")
    if let record { check(record, rows: rows, columns: columns) }
    // All have the sizes that the kernel reads and writes, as checked above.
    unsafe run(
      braid_layer_norm,
      braid_layer_norm_arguments(
        input: input.base, residual: residual?.base, weight: weight.base, bias: bias.base,
        sum: record?.sum.base, statistics: record?.statistics.base, output: output.base, rows: Int64(rows),
        columns: Int64(columns), epsilon: epsilon, dropout: dropout))
  }

  /// The gradients of input and residual from the gradient of the output.
  func layerNormBackward(
    _ gradient: Numbers, _ record: NormRecord, weight: Numbers, dropout: braid_dropout,
    input: Tape.GradientTarget, residual: Tape.GradientTarget?
  ) {
    let columns = weight.count
    let rows = gradient.count / columns
    check(record, rows: rows, columns: columns)
    precondition(
      gradient.count == rows * columns && input.values.count == gradient.count
        && (residual.map { $0.values.count == gradient.count } ?? true), "matrices of other sizes")
    // All have the sizes that the kernel reads and writes, as checked above.
    unsafe run(
      braid_layer_norm_backward,
      braid_layer_norm_backward_arguments(
        gradient: gradient.base, sum: record.sum.base, statistics: record.statistics.base,
        weight: weight.base, input_gradient: input.values.base, input_accumulate: input.accumulates,
        residual_gradient: residual?.values.base, residual_accumulate: residual?.accumulates ?? false,
        rows: Int64(rows), columns: Int64(columns), dropout: dropout))
  }

  /// weight += Σ gradient · normalised and bias += Σ gradient over some rows; either may be nil.
  func addLayerNormParameterGradients(
    _ gradient: Numbers, _ record: NormRecord, columns: Int, rows: RowRange, weight: Numbers?, bias: Numbers?
  ) {
    check(record, rows: gradient.count / columns, columns: columns)
    precondition(
      0 <= rows.first && rows.first <= rows.last && rows.last * columns <= gradient.count
        && (weight.map { $0.count == columns } ?? true) && (bias.map { $0.count == columns } ?? true),
      "gradients of other rows or columns than there are")
    // Rows and columns are within all of them, as checked above.
    unsafe run(
      braid_layer_norm_parameters,
      braid_layer_norm_parameters_arguments(
        gradient: gradient.base, sum: record.sum.base, statistics: record.statistics.base,
        columns: Int64(columns), first_row: Int64(rows.first), last_row: Int64(rows.last),
        weight_gradient: weight?.base, bias_gradient: bias?.base))
  }

  private func check(_ record: NormRecord, rows: Int, columns: Int) {
    precondition(
      record.sum.count == rows * columns && record.statistics.count == rows * 2,
      "a record of another size")
  }
}
