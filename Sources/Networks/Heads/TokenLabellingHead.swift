import Tasks
import Tensors

/// A class for each word: dropout, linear map and softmax on the state of the word's first token (Devlin et al. 2019,
/// section 5.3).
public struct TokenLabellingHead: Head {
  public static let taskType = TaskType.tokenLabelling
  public static let name = "linear"

  private let scorer: LinearScorer
  private let labels: Int

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    labels = task.labels.count
    scorer = try LinearScorer(outputs: labels, settings: &settings, encoder: encoder, in: scope)
  }

  /// [marked tokens, labels]
  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix {
    scorer.forward(input.markedStates(on: tape), on: tape)
  }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .classes(let classes) = targets else { preconditionFailure("labelling needs classes") }
    return tape.softmaxCrossEntropy(outputs, labels: tape.indices(classes))
  }

  /// The probability of each label, word by word.
  public func prediction(_ outputs: Numbers) -> [Float] {
    stride(from: 0, to: outputs.count, by: labels).flatMap { word in
      probabilities(outputs[word..<word + labels])
    }
  }
}
