import Tasks
import Tensors

/// The classification head on the pooled state of a pair.
public struct PairClassificationHead: Head {
  public static let taskType = TaskType.pairClassification
  public static let name = "linear"

  private let head: ClassificationHead

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    head = try ClassificationHead(task: task, settings: &settings, encoder: encoder, in: scope)
  }

  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix { head.forward(input, on: tape) }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    head.loss(outputs, targets: targets, on: tape)
  }

  public func prediction(_ outputs: Numbers) -> [Float] { head.prediction(outputs) }
}
