import LinearAlgebra

/// Aligned-MTL (Senushkin et al. 2023, "Independent component alignment for multi-task learning", algorithm
/// 1): the system of gradients closest to the given one whose principal components are all of one length σ.
/// With the Gramian V Λ Vᵀ that is c = σ V Λ^(−1/2) Vᵀ p for a preference p. σ² is the least eigenvalue;
/// eigenvalues that are zero but for rounding are left out.
///
/// p is one for each task, as in LibMTL, so that orthogonal gradients of one length are just summed; TorchJD
/// has 1 / T. The official code offers the root of the mean eigenvalue as σ too.
public struct AlignedMTL: GradientAggregation {
  public static let name = "aligned-mtl"

  /// σ
  public enum Scale: String, CaseIterable, Sendable { case minimum, rootMeanSquare }

  public static let hyperparameters = [
    Hyperparameter("preference", \AlignedMTL.preference, in: 1e-6...1e6),
    Hyperparameter("scale", \AlignedMTL.scale),
  ]
  private var scale = Scale.minimum
  /// p of each task.
  private var preference = 1.0

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let decomposition = EigenDecomposition(gradients.gramian)
    let limit = decomposition.rankLimit
    let kept = decomposition.values.filter { $0 > limit }
    let square = scale == .minimum ? kept.last ?? 0 : kept.reduce(0, +) / Double(max(1, kept.count))
    return decomposition.applying(
      { $0 > limit ? (square / $0).squareRoot() : 0 }, to: gradients.tasks.map { _ in preference })
  }
}

extension EigenDecomposition {
  /// Eigenvalues of a Gramian up to this are rounding of gradients in single precision: T ulps of the
  /// largest.
  var rankLimit: Double { Double(values.count) * Double(Float.ulpOfOne) * max(0, values.first ?? 0) }
}
