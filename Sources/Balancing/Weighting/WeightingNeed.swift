/// What some weightings must be told besides the losses, and not every run can tell.
public enum WeightingNeed: Sendable, CaseIterable, CustomStringConvertible {
  /// Each task's dev metric after every evaluation.
  case metrics
  /// The mean normalised entropy of each task's predictions.
  case entropies
  /// The variance of each task's predictions under dropout.
  case variances
  /// The norm of each task's gradient.
  case gradientNorms
  /// The losses of the same batch after the step.
  case lossesAfterStep

  public var description: String {
    switch self {
    case .metrics: "each task's dev metric"
    case .entropies: "the entropy of each task's predictions"
    case .variances: "the variance of each task's predictions under dropout"
    case .gradientNorms: "the norm of each task's gradient"
    case .lossesAfterStep: "the batch's losses after the step"
    }
  }
}
