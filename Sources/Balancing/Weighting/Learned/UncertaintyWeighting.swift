import Foundation

/// Homoscedastic uncertainty (Kendall, Gal & Cipolla 2018): each task has a learned s = ln σ². With c = 1 for
/// cross-entropy (eq. 10) and c = 1/2 for squared error (eq. 7) the sum to minimise is Σ c e⁻ˢ L + s / 2, so the weight is
/// c e⁻ˢ and the slope of s is 1/2 − c e⁻ˢ L. The scalars follow Adam.
public struct UncertaintyWeighting: TaskWeighting {
  public static let name = "uncertainty"
  public static let hyperparameters = [
    Hyperparameter("learningRate", \UncertaintyWeighting.scalars.rate, in: 0...10)
  ]
  private let scales: [Double]
  private var scalars: AdamScalars

  public init(_ tasks: [WeightedTask]) {
    scales = tasks.map { $0.loss == .squaredError ? 0.5 : 1 }
    scalars = AdamScalars(count: tasks.count, rate: 0.01)
  }

  /// ln σ² of each task.
  package var logVariances: [Double] { scalars.values }

  /// The weights of this step; then the scalars take theirs.
  public mutating func weights(for input: WeightingInput) -> [Double] {
    let weights = zip(scales, scalars.values).map { $0 * exp(-$1) }
    scalars.descend(zip(weights, input.losses).map { weight, loss in loss.map { 0.5 - weight * $0 } })
    return weights
  }

  public var state: [Double] {
    get { scalars.state }
    set { scalars.state = newValue }
  }
}
