/// DB-MTL, "Dual-balancing for multi-task learning" (Lin et al. 2023, algorithm 1): the losses' logarithms
/// balance their scales, ∇ ln L = g / L, and the running averages yᵢ ← βₜ yᵢ + (1 − βₜ) gᵢ / Lᵢ are brought
/// to the length of the longest, cᵢ = max ‖yⱼ‖ / ‖yᵢ‖. The direction is Σ cᵢ yᵢ.
///
/// As in LibMTL, βₜ is 0.9 at each step, and 1e-8 is added to each loss and to each length that divides. The
/// paper chooses β for each benchmark, and lets it fall with t for some.
public struct DBMTL: GradientAggregation {
  public static let name = "db-mtl"
  private static let epsilon = 1e-8
  public static let hyperparameters = [
    Hyperparameter("forgetting", \DBMTL.forgetting.initial, in: 0...1),
    Hyperparameter("forgettingDecay", \DBMTL.forgetting.decay, in: 0...10),
  ]
  /// βₜ, the part of the average that is kept.
  private var forgetting = DecayingRate(0.9, decay: 0)

  public init(taskCount: Int) {}

  public var gradients: GradientSource {
    let rate = forgetting
    return .averaged(
      GradientAveraging(kept: { rate.at($0) }, scale: { loss, _ in 1 / (loss + Self.epsilon) }))
  }

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let norms = gradients.norms
    let longest = norms.max() ?? 0
    return norms.map { longest / ($0 + Self.epsilon) }
  }
}
