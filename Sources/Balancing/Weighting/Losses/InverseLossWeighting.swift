/// One over the task's own loss of the moment: w = 1 / L, with L taken as a constant, so the gradient is that of Σ ln L
/// (Su Jianlin 2022, blog Scientific Spaces). The same gradient as `equal` weights of logarithms of the losses.
public struct InverseLossWeighting: TaskWeighting {
  public static let name = "inverse-loss"

  public init(_ tasks: [WeightedTask]) {}

  public func weights(for input: WeightingInput) -> [Double] {
    input.losses.map { $0.map(WeightingArithmetic.inverse) ?? 1 }
  }
}
