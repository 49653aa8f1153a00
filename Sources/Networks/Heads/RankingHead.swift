import Tasks
import Tensors

/// One score from the pooled state of a query and a candidate, trained by softmax cross-entropy over the query's
/// candidates (MT-DNN, Liu et al. 2019, eq. 5 and 8), with any number of positives and graded gains.
public struct RankingHead: Head {
  public static let taskType = TaskType.ranking
  public static let name = "linear"

  private let scorer: LinearScorer

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    scorer = try LinearScorer(outputs: 1, settings: &settings, encoder: encoder, in: scope)
  }

  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix { scorer.forward(input.pooled, on: tape) }

  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .relevance(let gains, let starts) = targets else { preconditionFailure("ranking needs gains") }
    return tape.listwiseCrossEntropy(outputs, gains: tape.numbers(gains), starts: tape.indices(starts))
  }

  public func prediction(_ outputs: Numbers) -> [Float] { Array(outputs) }
}
