/// One step of a computation on packed rows. Both directions stand side by side: a gradient that silently stops can't be
/// written, since `backward` is required. An operation is plain bits, so that recording it allocates nothing.
protocol Operation: BitwiseCopyable {
  /// The matrix that `forward` fills and whose gradient `backward` starts from.
  var output: Matrix { get }

  /// Multiplications and additions of matrix products in `forward`, where it has not entered them in the profile itself.
  var products: Double { get }

  func forward(on tape: Tape)

  /// Adds to the gradients of the inputs and of the parameters. Called only when the output has a gradient.
  func backward(on tape: Tape)
}

extension Operation {
  var products: Double { 0 }
}
