import Balancing

/// Adds up the tasks' gradients at unit length: each pulls as hard as the others, whatever its loss.
struct UnitSumAggregation: GradientAggregation {
  static let name = "unit-sum"

  init(taskCount: Int) {}

  func coefficients(of gradients: TaskGradients) -> [Double] { gradients.norms.map { 1 / $0 } }
}
