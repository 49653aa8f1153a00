/// One over the task's first loss, 1 / L(0), so that every loss starts at 1 (Su Jianlin 2022, blog Scientific Spaces).
/// Multiplying a task's loss by a factor changes nothing. The first batch alone decides; `PriorWeighting` has the same
/// aim and leaves nothing to chance.
public struct InitialLossWeighting: TaskWeighting {
  public static let name = "initial-loss"
  private var initial: SeenValues

  public init(_ tasks: [WeightedTask]) { initial = SeenValues(count: tasks.count) }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    initial.keepFirst(of: input.losses)
    return initial.filled.map(WeightingArithmetic.inverse)
  }

  public var state: [Double] {
    get { initial.state }
    set { initial.state = newValue }
  }
}
