import Foundation

/// Uncertainty with a regulariser that is never negative (Liebel & Körner 2018): Σ L / (2 σ²) + ln(1 + σ²) with a
/// learned s = ln σ² for each task, so the weight is e⁻ˢ / 2 and the slope of s is σ² / (1 + σ²) − e⁻ˢ L / 2.
///
/// Unlike `UncertaintyWeighting` it has the factor 1/2 for every kind of loss, and a loss below 1 cannot make the sum
/// negative. The scalars follow Adam.
public struct RevisedUncertaintyWeighting: TaskWeighting {
  public static let name = "uncertainty-revised"
  public static let hyperparameters = [
    Hyperparameter("learningRate", \RevisedUncertaintyWeighting.scalars.rate, in: 0...10)
  ]
  private var scalars: AdamScalars

  public init(_ tasks: [WeightedTask]) {
    scalars = AdamScalars(count: tasks.count, rate: 0.01)
  }

  /// The weights of this step; then the scalars take theirs.
  public mutating func weights(for input: WeightingInput) -> [Double] {
    let weights = scalars.values.map { exp(-$0) / 2 }
    scalars.descend(
      zip(weights, input.losses).map { weight, loss in
        // σ² = 1 / (2 w), so σ² / (1 + σ²) = 1 / (1 + 2 w).
        loss.map { 1 / (1 + 2 * weight) - weight * $0 }
      })
    return weights
  }

  public var state: [Double] {
    get { scalars.state }
    set { scalars.state = newValue }
  }
}
