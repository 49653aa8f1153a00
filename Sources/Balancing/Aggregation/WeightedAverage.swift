/// Σ wᵢ gᵢ: the gradient of the weighted sum of the losses. With weights that sum to one it is their average.
public struct WeightedAverage: GradientAggregation {
  public static let name = "weighted-average"

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] { gradients.tasks.map { _ in 1 } }
}
