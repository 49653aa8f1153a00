/// Each task's share of what is missing from perfect dev metrics, wᵢ = (1 − mᵢ) / Σⱼ (1 − mⱼ): a task that does badly
/// gets more. Metrics count as from 0 to 1. `PerformanceWeighting` is the opposite.
///
/// Textbook form without a paper of its own. Until the first evaluation all weights are alike; for tasks without a dev
/// metric the others' mean stands in.
public struct InverseAccuracyWeighting: TaskWeighting {
  public static let name = "inverse-accuracy"
  public static let needs: Set<WeightingNeed> = [.metrics]
  private var metrics: SeenValues

  public init(_ tasks: [WeightedTask]) { metrics = SeenValues(count: tasks.count) }

  public func weights(for input: WeightingInput) -> [Double] {
    WeightingArithmetic.shares(metrics.filled.map { 1 - $0 })
  }

  public mutating func observe(metrics: [Double?]) {
    self.metrics.replace(with: WeightingArithmetic.withinUnit(metrics))
  }

  public var state: [Double] {
    get { metrics.state }
    set { metrics.state = newValue }
  }
}
