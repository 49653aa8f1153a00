import Foundation

/// DTP, dynamic task prioritization (Guo et al. 2018): w = −(1 − k̄)^γ ln k̄, the focal loss of the moving
/// average k̄ ← α k + (1 − α) k̄ of the task's dev metric k, with α = 0.7 and γ = 2. A hard task, of low k, gets more.
///
/// The average starts with the first metric, and counts as no less than 0.001: the weight of a metric of zero would be
/// infinite. Until the first evaluation all weights are 1; for tasks without a dev metric the others' mean stands in.
/// The paper's second focal term, on each example's loss, is not part of the weight.
public struct DynamicTaskPrioritization: TaskWeighting {
  public static let name = "dtp"
  public static let needs: Set<WeightingNeed> = [.metrics]
  public static let hyperparameters = [
    Hyperparameter("alpha", \DynamicTaskPrioritization.alpha, in: 1e-6...1),
    Hyperparameter("gamma", \DynamicTaskPrioritization.gamma, in: 0...100),
  ]
  /// The share of the newest metric in the average.
  private var alpha = 0.7
  /// How much the weights of easy tasks are damped.
  private var gamma = 2.0
  private var averages: SeenValues

  public init(_ tasks: [WeightedTask]) {
    averages = SeenValues(count: tasks.count)
  }

  public func weights(for input: WeightingInput) -> [Double] {
    guard !averages.isEmpty else { return input.losses.map { _ in 1 } }
    return averages.filled.map { average in
      let average = max(average, 0.001)
      return pow(1 - average, gamma) * log(1 / average)
    }
  }

  public mutating func observe(metrics: [Double?]) {
    averages.replace(
      with: zip(WeightingArithmetic.withinUnit(metrics), averages.values).map { metric, average in
        metric.map { alpha * $0 + (1 - alpha) * (average ?? $0) }
      })
  }

  public var state: [Double] {
    get { averages.state }
    set { averages.state = newValue }
  }
}
