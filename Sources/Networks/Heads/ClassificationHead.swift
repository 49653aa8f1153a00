import Tasks
import Tensors

/// Dropout, linear map and softmax on the pooled state (MT-DNN, Liu et al. 2019, eq. 1).
public struct ClassificationHead: Head {
  public static let taskType = TaskType.classification
  public static let name = "linear"

  private let scorer: LinearScorer

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    scorer = try LinearScorer(outputs: task.labels.count, settings: &settings, encoder: encoder, in: scope)
  }

  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix { scorer.forward(input.pooled, on: tape) }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .classes(let classes) = targets else { preconditionFailure("classification needs classes") }
    return tape.softmaxCrossEntropy(outputs, labels: tape.indices(classes))
  }

  public func prediction(_ outputs: Numbers) -> [Float] { probabilities(outputs) }
}
