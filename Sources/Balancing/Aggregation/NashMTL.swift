/// Nash-MTL (Navon et al. 2022, claim 3.1): the bargaining solution, K a = 1 / a for the Gramian K and a > 0.
/// Every task's gain gᵢ·d is 1 / aᵢ, and the direction's length is always √T, whatever the scale of the
/// losses.
///
/// The paper iterates convex problems, 20 at the most, and its code cuts the direction to length 1; here the
/// equations are solved to the end, and `maximumNorm` cuts. LibMTL can also solve them every n steps only.
/// Without a solution (opposite gradients) see `PowerEquilibrium`: the coefficients are then large, and the
/// direction near zero for the lack of one.
public struct NashMTL: GradientAggregation {
  public static let name = "nash-mtl"
  public static let hyperparameters = [
    Hyperparameter("maximumNorm", \NashMTL.maximumNorm, in: 0...Double.infinity)
  ]
  /// The length that the direction is cut to; 1 in the official code.
  private var maximumNorm = Double.infinity

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let solution = PowerEquilibrium.solve(gradients.gramian, power: 1)
    let length = gradients.gramian.length(solution)
    guard length > maximumNorm else { return solution }
    return solution.map { $0 * (maximumNorm / length) }
  }
}
