import Foundation

/// IMTL-L, the loss balance of impartial multi-task learning (Liu et al. 2021): Σ eˢ L − s with a learned s for
/// each task, so the weight is eˢ and the slope of s is eˢ L − 1. At the optimum eˢ L = 1, the weight of
/// `InverseLossWeighting`; on the way it is a slow average of that. The scalars follow Adam.
public struct ImpartialLossWeighting: TaskWeighting {
  public static let name = "imtl-l"
  private var scalars: AdamScalars

  public init(_ tasks: [WeightedTask]) { self.init(tasks, learningRate: 0.01) }

  public init(_ tasks: [WeightedTask], learningRate: Double) {
    scalars = AdamScalars(count: tasks.count, rate: learningRate)
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
