import Tasks
import Tensors

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where an answer begins and ends: dropout and a linear map of each token of the context to two scores, and for each of
/// these a softmax over the tokens (Devlin et al. 2019, section 4.2).
public struct SpanExtractionHead: Head {
  public static let taskType = TaskType.spanExtraction
  public static let name = "linear"

  private let scorer: LinearScorer

  public init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    scorer = try LinearScorer(outputs: 2, settings: &settings, encoder: encoder, in: scope)
  }

  /// [marked tokens, 2]
  public func forward(_ input: HeadInput, on tape: Tape) -> Matrix {
    scorer.forward(input.markedStates(on: tape), on: tape)
  }

  /// The mean of the cross-entropies of the first token and of the last.
  public func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix {
    guard case .answers(let firsts, let lasts, let starts) = targets else {
      preconditionFailure("extraction needs answers")
    }
    var gains = [Float](repeating: 0, count: outputs.count)
    for first in firsts { gains[Int(first)] = 1 }
    for last in lasts { gains[outputs.rows + Int(last)] = 1 }
    return tape.listwiseCrossEntropy(outputs, gains: tape.numbers(gains), starts: tape.indices(starts))
  }

  /// For each marked token the logarithms of the probabilities that the answer begins, and ends, with it.
  public func prediction(_ outputs: Numbers) -> [Float] {
    var result = Array(outputs)
    for column in 0..<2 {
      let places = stride(from: column, to: result.count, by: 2)
      let most = places.reduce(-Float.infinity) { max($0, result[$1]) }
      let logSum = most + log(places.reduce(Float(0)) { $0 + exp(result[$1] - most) })
      for place in places { result[place] -= logSum }
    }
    return result
  }
}
