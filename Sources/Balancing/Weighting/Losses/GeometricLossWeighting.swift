import Foundation

/// GLS, geometric loss strategy (Chennupati et al. 2019, MultiNet++): what is descended is the geometric mean of the losses,
/// G = (Π Lᵢ)^(1/T), so wᵢ = ∂G / ∂Lᵢ = G / (T Lᵢ). Multiplying a task's loss by a factor changes all weights alike.
///
/// LibMTL descends the same but logs Lᵢ / (T Π Lⱼ), which is not the weight. With one task a batch it is approximate:
/// losses of the other tasks are those of their latest batches.
public struct GeometricLossWeighting: TaskWeighting {
  public static let name = "gls"
  private var losses: SeenValues

  public init(_ tasks: [WeightedTask]) { losses = SeenValues(count: tasks.count) }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    losses.replace(with: input.losses)
    let inverses = losses.filled.map(WeightingArithmetic.inverse)
    let count = Double(inverses.count)
    let mean = exp(-inverses.reduce(0) { $0 + log($1) } / count)
    return inverses.map { mean * $0 / count }
  }

  public var state: [Double] {
    get { losses.state }
    set { losses.state = newValue }
  }
}
