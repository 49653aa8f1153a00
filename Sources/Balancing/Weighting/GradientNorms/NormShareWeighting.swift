/// Each task's share of the gradients' norms, wᵢ = ‖∇Lᵢ‖ / Σⱼ ‖∇Lⱼ‖: a task that pulls hard gets more still. Textbooks
/// name it gradient normalisation; what papers mean by that is the opposite (`InverseNormWeighting`, `GradNormWeighting`).
///
/// With one task a batch it is approximate: norms of the other tasks are those of their latest batches.
public struct NormShareWeighting: TaskWeighting {
  public static let name = "norm-share"
  public static let needs: Set<WeightingNeed> = [.gradientNorms]
  private var norms: SeenValues

  public init(_ tasks: [WeightedTask]) { norms = SeenValues(count: tasks.count) }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    norms.replace(with: input.gradientNorms)
    return WeightingArithmetic.shares(norms.filled)
  }

  public var state: [Double] {
    get { norms.state }
    set { norms.state = newValue }
  }
}
