import Tasks
import Tensors

/// What the simple heads have in common: dropout and a linear map `classifier` of a state.
struct LinearScorer: Sendable {
  private let linear: LinearParameters
  private let dropout: Float

  init(
    outputs: Int, settings: inout HeadSettings, encoder: EncoderConfiguration, in scope: ParameterScope
  ) throws(TaskFileError) {
    dropout = try settings.dropout(default: encoder.dropout)
    linear = scope.linear(
      "classifier", inputs: encoder.hiddenSize, outputs: outputs, deviation: encoder.initializerDeviation)
  }

  /// [states, hidden] → [states, outputs]
  func forward(_ states: Matrix, on tape: Tape) -> Matrix {
    tape.linear(tape.dropout(states, rate: dropout), linear)
  }
}
