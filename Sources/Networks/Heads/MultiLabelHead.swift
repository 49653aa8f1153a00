import Tasks
import Tensors

/// Any number of labels for a text: dropout, linear map and a sigmoid a label on the pooled state, each label a question of
/// its own (Zhang & Zhou 2014, section 3.1.1, binary relevance).
public struct MultiLabelHead: Head {
  public static let taskType = TaskType.multiLabel
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

  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix { scorer.forward(input.pooled, on: tape) }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .labelSets(let sets) = targets else { preconditionFailure("multi-label needs sets of labels") }
    var indicators = [Float](repeating: 0, count: outputs.count)
    for row in 0..<sets.count {
      for label in sets[row] { indicators[row * labels + Int(label)] = 1 }
    }
    return tape.binaryCrossEntropy(outputs, targets: tape.numbers(indicators))
  }

  /// The probability of each label, apart from the others.
  public func prediction(_ outputs: Numbers) -> [Float] { outputs.map(probability) }
}
