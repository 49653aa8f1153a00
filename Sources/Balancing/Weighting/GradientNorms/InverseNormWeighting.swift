/// One over the norm of the task's gradient, w = 1 / ‖∇L‖ (Su Jianlin 2022, blog Scientific Spaces): every task pulls as
/// hard, whatever is added to its loss or multiplied with it. `NormShareWeighting` is the opposite.
public struct InverseNormWeighting: TaskWeighting {
  public static let name = "inverse-norm"
  public static let needs: Set<WeightingNeed> = [.gradientNorms]

  public init(_ tasks: [WeightedTask]) {}

  public func weights(for input: WeightingInput) -> [Double] {
    input.gradientNorms.map { $0.map(WeightingArithmetic.inverse) ?? 1 }
  }
}
