import LinearAlgebra

/// IMTL-G (Liu et al. 2021, "Towards impartial multi-task learning", section 3.1): the direction Σ αᵢ gᵢ with
/// Σ αᵢ = 1 whose projections onto all the gradients are equal. With K the Gramian that is α ∝ K⁻¹ (‖g₁‖ …
/// ‖g_T‖).
///
/// Each αᵢ ‖gᵢ‖ comes from the pseudo-inverse of the cosines, so that the scale of a gradient doesn't matter
/// even where gradients depend on each other, for which the paper's formula is not defined (TorchJD takes the
/// pseudo-inverse of K itself). Where the αᵢ would sum to zero, as for opposite gradients, no such direction
/// exists, and all are zero. αᵢ may be negative. Should their sum be, the direction climbs, in the paper and
/// here.
public struct IMTLG: GradientAggregation {
  public static let name = "imtl-g"

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let decomposition = EigenDecomposition(gradients.cosines)
    let limit = decomposition.rankLimit
    let projections = decomposition.applying(
      { $0 > limit ? 1 / $0 : 0 }, to: gradients.tasks.map { _ in 1 })
    let shares = zip(projections, gradients.norms).map { $0 / $1 }
    let sum = shares.reduce(0, +)
    let whole = shares.reduce(0) { $0 + abs($1) }
    guard abs(sum) > 1e-9 * whole else { return shares.map { _ in 0 } }
    return shares.map { $0 / sum }
  }
}
