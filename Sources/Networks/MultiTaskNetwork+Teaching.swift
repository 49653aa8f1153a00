import Tasks
import Tensors

extension TargetKind {
  /// Whether outputs for it can be compared with what a teacher says.
  package var canBeTaught: Bool { self == .label || self == .score || self == .relevance }
  /// Whether two outputs for it can be compared, as smoothing does.
  package var canBeSmoothed: Bool { canBeTaught || self == .tags || self == .maskedTokens }
}

extension MultiTaskNetwork {
  /// How far the outputs of a task's head are from a teacher's for the same sequences, [1, 1]: T² times the divergence of the
  /// classes' distributions, or of those over each query's candidates (Hinton, Vinyals & Dean 2015, section 2; Liu et al.
  /// 2019b, section 3); the mean squared error of scores.
  ///
  /// - Parameters:
  ///   - outputs: of a task whose target `canBeTaught`.
  ///   - teacher: logits or a score for each sequence, one after the other.
  ///   - temperature: T, of which scores know nothing.
  public func distillation(
    of outputs: PartOutputs, teacher: [Float], temperature: Float, on tape: Tape
  ) -> Matrix {
    let numbers = tape.numbers(teacher)
    switch tasks[outputs.part.task].type.target {
    case .label: return tape.distillation(outputs.outputs, teacher: numbers, temperature: temperature)
    case .score: return tape.squaredError(outputs.outputs, targets: numbers)
    case .relevance:
      return tape.distillation(
        outputs.outputs, teacher: numbers, starts: queryStarts(of: outputs, on: tape),
        temperature: temperature)
    case .tags, .labelSet, .answer, .maskedTokens:
      preconditionFailure("no teacher's word can be compared with these")
    }
  }

  /// How far two outputs of a task's head for the same sequences are from each other, [1, 1]: the divergences of the
  /// distributions over classes, or over each query's candidates, both ways; the mean squared difference of scores (Jiang et
  /// al. 2020, section 3.1). Both have gradients.
  ///
  /// - Parameters:
  ///   - outputs: of a task whose target `canBeSmoothed`; divergences of words' labels, or of hidden tokens, are taken one by one.
  ///   - other: of the size of the outputs.
  public func divergence(of outputs: PartOutputs, from other: Matrix, on tape: Tape) -> Matrix {
    switch tasks[outputs.part.task].type.target {
    case .label, .tags, .maskedTokens: tape.symmetricDivergence(outputs.outputs, other)
    case .score: tape.squaredDifference(outputs.outputs, other)
    case .relevance:
      tape.symmetricDivergence(outputs.outputs, other, starts: queryStarts(of: outputs, on: tape))
    case .labelSet, .answer: preconditionFailure("there is no divergence for these")
    }
  }

  /// Where the candidates of each query begin among a part's sequences, and the end of the last.
  func queryStarts(of outputs: PartOutputs, on tape: Tape) -> Indices {
    guard case .relevance(_, let starts) = outputs.part.targets else {
      preconditionFailure("candidates are compared within their queries")
    }
    return tape.indices(starts)
  }
}
