/// UPGrad (Quinton & Rey 2024, "Jacobian descent for multi-objective optimization"): the mean of the tasks'
/// gradients after each has been projected onto the cone of directions that conflict with no task. The
/// projection of gᵢ is Σ vⱼ gⱼ for the v that minimises vᵀKv over v ≥ eᵢ (proposition 1), so gⱼ·d ≥ 0 for
/// every task.
///
/// TorchJD first divides K by its trace and adds 1e-4 to the diagonal; here the programs are solved as they
/// are.
public struct UPGrad: GradientAggregation {
  public static let name = "upgrad"

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let share = 1 / Double(gradients.count)
    var sum = gradients.tasks.map { _ in 0.0 }
    for task in 0..<gradients.count {
      var lower = gradients.tasks.map { _ in 0.0 }
      lower[task] = share
      let projected = BoundedQuadraticProgram.minimum(gradients.gramian, above: lower)
      for index in sum.indices { sum[index] += projected[index] }
    }
    return sum
  }
}
