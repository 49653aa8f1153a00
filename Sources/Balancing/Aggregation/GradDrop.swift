/// GradDrop (Chen et al. 2020, "Just pick a sign", algorithm 1): of each element of the shared gradient only
/// the tasks of one sign count. The purity P = ½ (1 + Σ gᵢ / Σ |gᵢ|) is the probability that it's the
/// positive ones.
///
/// It looks at elements, so it is no function of the Gramian: the coefficients are all one, and the direction
/// is `direction` of the weighted gradients. The paper drops parts of the gradient of a shared layer's
/// activations, times the activations' sign and summed over the batch; LibMTL does so too, TorchJD and this
/// one drop parts of the parameters' gradients.
public struct GradDrop: GradientAggregation {
  public static let name = "graddrop"

  public init(taskCount: Int) {}

  public var gradients: GradientSource { .elementwise }

  public func coefficients(of gradients: TaskGradients) -> [Double] { gradients.tasks.map { _ in 1 } }

  /// P of one element over the tasks; ½ where all are zero.
  package static func purity(_ values: some Sequence<Float>) -> Float {
    var (sum, whole): (Float, Float) = (0, 0)
    for value in values { (sum, whole) = (sum + value, whole + abs(value)) }
    return whole > 0 ? (1 + sum / whole) / 2 : 0.5
  }

  /// - Parameters:
  ///   - gradients: One array of elements a task, all of one length.
  ///   - uniforms: A number from 0 to 1 for each element: if it is below the purity the positive values count, if
  ///     above the negative ones.
  ///   - leak: The part of each task's gradient that is never dropped; 0 when not given.
  package static func direction(
    _ gradients: [[Float]], uniforms: [Float], leak: [Float]? = nil
  ) -> [Float] {
    uniforms.indices.map { element in
      let purity = purity(gradients.lazy.map { $0[element] })
      var sum: Float = 0
      for (task, gradient) in gradients.enumerated() {
        let value = gradient[element]
        let kept = value > 0 ? purity > uniforms[element] : purity < uniforms[element]
        sum += kept ? value : (leak?[task] ?? 0) * value
      }
      return sum
    }
  }
}
