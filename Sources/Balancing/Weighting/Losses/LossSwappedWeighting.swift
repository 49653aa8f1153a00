/// Each task has the other's share of the losses: of two, w₁ = L₂ / (L₁ + L₂). Of T, wᵢ = (1 / Lᵢ) / Σⱼ (1 / Lⱼ), which
/// is the same for two: every wᵢ Lᵢ is alike, and the weights sum to 1, where those of `InverseLossWeighting` do not.
///
/// With one task a batch it is approximate: losses of the other tasks are those of their latest batches.
public struct LossSwappedWeighting: TaskWeighting {
  public static let name = "loss-swapped"
  private var losses: SeenValues

  public init(_ tasks: [WeightedTask]) { losses = SeenValues(count: tasks.count) }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    losses.replace(with: input.losses)
    return WeightingArithmetic.shares(losses.filled.map(WeightingArithmetic.inverse))
  }

  public var state: [Double] {
    get { losses.state }
    set { losses.state = newValue }
  }
}
