import Foundation

/// IMTL-L, the loss balance of impartial multi-task learning (Liu et al. 2021): Σ eˢ L − s with a learned s for
/// each task, so the weight is eˢ and the slope of s is eˢ L − 1. At the optimum eˢ L = 1, the weight of
/// `InverseLossWeighting`; on the way it is a slow average of that. The scalars follow Adam.
public struct ImpartialLossWeighting: TaskWeighting {
  public static let name = "imtl-l"
  public static let hyperparameters = [
    Hyperparameter("learningRate", \ImpartialLossWeighting.scalars.rate, in: 0...10)
  ]
  private var scalars: AdamScalars

  public init(_ tasks: [WeightedTask]) {
    scalars = AdamScalars(count: tasks.count, rate: 0.01)
  }

  /// The weights of this step; then the scalars take theirs.
  public mutating func weights(for input: WeightingInput) -> [Double] {
    let weights = scalars.values.map { exp($0) }
    scalars.descend(zip(weights, input.losses).map { weight, loss in loss.map { weight * $0 - 1 } })
    return weights
  }

  public var state: [Double] {
    get { scalars.state }
    set { scalars.state = newValue }
  }
}
