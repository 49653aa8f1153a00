import Networks
import Tasks
import Tensors

/// Classes straight from the state of [CLS], without the encoder's pooler between them.
struct UnpooledHead: Head {
  static let taskType = TaskType.classification
  static let name = "unpooled"
  static let reads = HeadReading.tokenStates

  private let classifier: LinearParameters
  private let dropout: Float

  init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    dropout = try settings.dropout(default: encoder.dropout)
    classifier = scope.linear(
      "classifier", inputs: encoder.hiddenSize, outputs: task.labels.count,
      deviation: encoder.initializerDeviation)
  }

  func forward(_ input: HeadInput, on tape: Tape) -> Matrix {
    let states = tape.gather(input.states, rows: input.firsts, in: input.pooled.rowSpace)
    return tape.linear(tape.dropout(states, rate: dropout), classifier)
  }

  func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .classes(let classes) = targets else { preconditionFailure("classification needs classes") }
    return tape.softmaxCrossEntropy(outputs, labels: tape.indices(classes))
  }

  func prediction(_ outputs: Numbers) -> [Float] { probabilities(outputs) }
}
