import Tasks
import Tensors

/// One score from the pooled state of a pair, trained by squared error (MT-DNN, Liu et al. 2019, eq. 2 and 7).
/// Scores are in the labels' own range.
public struct SimilarityHead: Head {
  public static let taskType = TaskType.similarity
  public static let name = "linear"

  private let scorer: LinearScorer
  private let range: ClosedRange<Float>

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    scorer = try LinearScorer(outputs: 1, settings: &settings, encoder: encoder, in: scope)
    range = task.range.map { Float($0.lowerBound)...Float($0.upperBound) } ?? -.infinity ... .infinity
  }

  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix { scorer.forward(input.pooled, on: tape) }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .scores(let scores) = targets else { preconditionFailure("similarity needs scores") }
    return tape.squaredError(outputs, targets: tape.numbers(scores))
  }

  public func prediction(_ outputs: Numbers) -> [Float] {
    outputs.map { min(max($0, range.lowerBound), range.upperBound) }
  }
}
