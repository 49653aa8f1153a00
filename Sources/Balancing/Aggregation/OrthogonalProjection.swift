/// Each task's gradient gives up what lies along those of the tasks before it: g₁ + (g₂ − (g₂·g₁ / ‖g₁‖²) g₁)
/// + …, the steps of Gram and Schmidt.
///
/// Textbook accounts of PCGrad describe this form for two tasks. It differs from `PCGrad` (Yu et al. 2020) in
/// three ways: it projects always, also where the gradients agree; only the later task gives way, so the
/// order of the tasks in the file is their order of priority; and nothing is drawn. A later task can only
/// ever add what no earlier one has an opinion on.
public struct OrthogonalProjection: GradientAggregation {
  public static let name = "orthogonal-projection"

  /// What is left of a gradient below this part of its length is rounding, and counts as nothing.
  private static let tolerance = 1e-6

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let gramian = gradients.gramian
    let norms = gradients.norms
    var basis: [(mixture: [Double], square: Double)] = []
    for task in 0..<gradients.count {
      var mixture = [Double](repeating: 0, count: gradients.count)
      mixture[task] = 1
      // A second pass takes away what rounding left of the first.
      for earlier in basis + basis {
        let factor = gramian.form(mixture, earlier.mixture) / earlier.square
        for index in mixture.indices { mixture[index] -= factor * earlier.mixture[index] }
      }
      let length = gramian.length(mixture)
      if length > Self.tolerance * norms[task] {
        basis.append((mixture, length * length))
      }
    }
    return (0..<gradients.count).map { index in basis.reduce(0) { $0 + $1.mixture[index] } }
  }
}
