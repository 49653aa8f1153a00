import Foundation

/// LBTW, loss-balanced task weighting (Liu, Liang & Gitter 2019, algorithm 1): w = (L / L₀)^α with α = 0.5, where L₀ is
/// the task's loss in its first batch of the current epoch.
///
/// The authors' code makes the weights sum to the number of tasks, the paper does not: `normalized` does as the code;
/// it then needs every task's loss, so with one task a batch it is approximate (the latest are used).
public struct LossBalancedWeighting: TaskWeighting {
  public static let name = "lbtw"
  public static let hyperparameters = [
    Hyperparameter("alpha", \LossBalancedWeighting.alpha, in: 0...10),
    Hyperparameter("normalized", \LossBalancedWeighting.normalized),
  ]
  private var alpha = 0.5
  private var normalized = false
  private var epoch = 0.0
  private var references: SeenValues
  private var losses: SeenValues

  public init(_ tasks: [WeightedTask]) {
    references = SeenValues(count: tasks.count)
    losses = references
  }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    if Double(input.epoch) != epoch {
      references.forget()
      epoch = Double(input.epoch)
    }
    references.keepFirst(of: input.losses)
    losses.replace(with: input.losses)
    let weights = zip(losses.values, references.values).map { loss, reference in
      guard let loss, let reference else { return 1.0 }
      return pow(max(loss, 0) * WeightingArithmetic.inverse(reference), alpha)
    }
    guard normalized else { return weights }
    return WeightingArithmetic.shares(weights).map { $0 * Double(weights.count) }
  }

  public var state: [Double] {
    get { [epoch] + references.state + losses.state }
    set {
      var rest = newValue.dropFirst()
      epoch = newValue[0]
      rest.fill(&references.state)
      rest.fill(&losses.state)
    }
  }
}
