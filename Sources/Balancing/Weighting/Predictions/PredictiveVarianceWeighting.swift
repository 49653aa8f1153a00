/// Each task's share of the variances of its predictions over forward passes with dropout, wᵢ = Vᵢ / Σⱼ Vⱼ (the
/// Monte-Carlo dropout of Gal & Ghahramani 2016; the share is a textbook form without a paper of its own): a task that the
/// model is unsure of gets more. Variances of scores and of probabilities are on different scales.
///
/// With one task a batch it is approximate: variances of the other tasks are those of their latest batches.
public struct PredictiveVarianceWeighting: TaskWeighting {
  public static let name = "predictive-variance"
  public static let needs: Set<WeightingNeed> = [.variances]
  private var variances: SeenValues

  public init(_ tasks: [WeightedTask]) { variances = SeenValues(count: tasks.count) }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    variances.replace(with: input.variances)
    return WeightingArithmetic.shares(variances.filled)
  }

  public var state: [Double] {
    get { variances.state }
    set { variances.state = newValue }
  }
}
