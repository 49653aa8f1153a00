/// Each task's share of the sum of dev metrics, wᵢ = mᵢ / Σⱼ mⱼ: a task that does well gets more. Metrics count as from
/// 0 to 1. `InverseAccuracyWeighting` is the opposite.
///
/// Textbook form without a paper of its own. Until the first evaluation, and for tasks without a dev metric, the others'
/// mean stands in, at first 1 for all.
public struct PerformanceWeighting: TaskWeighting {
  public static let name = "performance"
  public static let needs: Set<WeightingNeed> = [.metrics]
  private var metrics: SeenValues

  public init(_ tasks: [WeightedTask]) { metrics = SeenValues(count: tasks.count) }

  public func weights(for input: WeightingInput) -> [Double] { WeightingArithmetic.shares(metrics.filled) }

  public mutating func observe(metrics: [Double?]) {
    self.metrics.replace(with: WeightingArithmetic.withinUnit(metrics))
  }

  public var state: [Double] {
    get { metrics.state }
    set { metrics.state = newValue }
  }
}
