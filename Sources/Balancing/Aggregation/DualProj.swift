/// DualProj, as in gradient episodic memory (Lopez-Paz & Ranzato 2017, section 3): the mean gradient
/// projected onto the cone of directions that conflict with no task, Σ vⱼ gⱼ for the v that minimises vᵀKv
/// over v ≥ 1 / T. gⱼ·d ≥ 0 for every task.
///
/// GEM projects the newest task's gradient; with the mean it is the aggregation that Quinton & Rey 2024
/// compare with and TorchJD has under this name (there with 1e-4 on the diagonal).
public struct DualProj: GradientAggregation {
  public static let name = "dualproj"

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let share = 1 / Double(gradients.count)
    return BoundedQuadraticProgram.minimum(gradients.gramian, above: gradients.tasks.map { _ in share })
  }
}
