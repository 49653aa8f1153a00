/// One over the loss of the label prior, times the factor from the task file: every loss is measured in units of what
/// knowing nothing of the text costs, so that cross-entropy, squared error and ranking are commensurable.
///
/// The prior loss is the entropy of the label distribution in nats, ln C for balanced classes (Aghajanyan et al. 2021,
/// Muppet, scale by 1 / ln n); the variance of the scores for squared error; the logarithm of the number of candidates
/// for list-wise ranking.
public struct PriorWeighting: TaskWeighting {
  public static let name = "prior"
  private let factors: [Double]

  public init(_ tasks: [WeightedTask]) {
    factors = tasks.map { $0.priorLoss > 0 ? $0.factor / $0.priorLoss : $0.factor }
  }

  public func weights(for input: WeightingInput) -> [Double] { factors }
}
