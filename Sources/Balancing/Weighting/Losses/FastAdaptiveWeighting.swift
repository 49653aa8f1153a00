import Foundation

/// FAMO, fast adaptive multitask optimization (Liu et al. 2023, algorithm 1): with z = softmax(ξ) the weights are
/// wᵢ = c zᵢ / Lᵢ, c = 1 / Σⱼ (zⱼ / Lⱼ), which sum to 1. After the step the same batch is evaluated once more, and the
/// logits ξ take a step of Adam (rate 0.025, decay 0.001) against Jᵀ δ, where δᵢ = ln Lᵢ − ln Lᵢ' is by how much the
/// logarithm fell and J = diag(z) − z zᵀ: a task that improves more than the others loses weight.
///
/// A lower bound of each loss could be subtracted from it; it is 0 here, as by default in the authors' code. With one
/// task a batch it is approximate: losses of the other tasks are those of their latest batches, and count as unchanged
/// by the step.
public struct FastAdaptiveWeighting: TaskWeighting {
  public static let name = "famo"
  public static let needs: Set<WeightingNeed> = [.lossesAfterStep]
  public static let hyperparameters = [
    Hyperparameter("learningRate", \FastAdaptiveWeighting.logits.rate, in: 0...10),
    Hyperparameter("decay", \FastAdaptiveWeighting.logits.decay, in: 0...10),
  ]
  private var losses: SeenValues
  private var logits: AdamScalars

  public init(_ tasks: [WeightedTask]) {
    losses = SeenValues(count: tasks.count)
    logits = AdamScalars(count: tasks.count, rate: 0.025, decay: 0.001)
  }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    losses.replace(with: input.losses)
    let inverses = losses.filled.map(WeightingArithmetic.inverse)
    return WeightingArithmetic.shares(
      zip(WeightingArithmetic.softmax(logits.values), inverses).map { $0 * $1 })
  }

  public mutating func observe(lossesAfterStep after: [Double?]) {
    let falls = zip(losses.values, after).map { before, after in
      guard let before, let after else { return 0.0 }
      return log(WeightingArithmetic.inverse(after)) - log(WeightingArithmetic.inverse(before))
    }
    let shares = WeightingArithmetic.softmax(logits.values)
    let mean = zip(shares, falls).reduce(0) { $0 + $1.0 * $1.1 }
    logits.descend(zip(shares, falls).map { $0 * ($1 - mean) })
  }

  public var state: [Double] {
    get { losses.state + logits.state }
    set {
      var rest = newValue[...]
      rest.fill(&losses.state)
      rest.fill(&logits.state)
    }
  }
}
