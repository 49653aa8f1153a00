/// FairGrad (Ban & Ji 2024): α-fair allocation of the gains gᵢ·d, which is K w = w^(−1/α) for the Gramian K
/// and w > 0. α = 1 is Nash-MTL (proportional fairness); a larger α cares more for the task that gains least.
///
/// α is 2 by default, so that it isn't Nash-MTL again; the paper chooses it for each benchmark, and LibMTL's is 1.
/// The official code and LibMTL minimise the squared residual of the equations with a general solver; here they are
/// solved to the end.
public struct FairGrad: GradientAggregation {
  public static let name = "fairgrad"
  public static let hyperparameters = [Hyperparameter("alpha", \FairGrad.alpha, in: 0.01...100)]
  private var alpha = 2.0

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    PowerEquilibrium.solve(gradients.gramian, power: 1 / alpha)
  }
}
