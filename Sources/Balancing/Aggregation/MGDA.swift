/// MGDA (Désidéri 2012; Sener & Koltun 2018, eq. 3): the shortest vector in the convex hull of the gradients,
/// min ‖Σ wᵢ gᵢ‖² over the simplex. It descends every loss at once, or is zero where no direction does. Sener &
/// Koltun find the weights by Frank–Wolfe steps; here they are exact.
///
/// `Normaliser` names the optional scaling of the official code: the weights are found for gᵢ / nᵢ and then
/// applied to the raw gradients, as that code applies them to the raw losses. LibMTL, with gradients of
/// parameters, applies them to gᵢ / nᵢ instead. The official code keeps the weight of a dominated task of two
/// at 0.001; here it is zero, the exact optimum. Where the minimum isn't unique, earlier tasks are preferred.
public struct MGDA<Normaliser: GradientNormaliser>: GradientAggregation {
  public static var name: String { Normaliser.methodName }

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let scales = zip(gradients.norms, gradients.losses).map { norm, loss in
      let length = Normaliser.length(norm: norm, loss: loss)
      // A loss of zero or less gives no unit to measure in.
      return length > 0 && length.isFinite ? 1 / length : 1
    }
    return SimplexQuadraticProgram.minimum(gradients.gramian.scaled(by: scales))
  }
}

/// The length that MGDA divides a task's gradient by before it looks for the minimum.
public protocol GradientNormaliser: Sendable {
  /// What `--aggregation` calls MGDA with it.
  static var methodName: String { get }
  static func length(norm: Double, loss: Double) -> Double
}

/// nᵢ = 1, as in the paper.
public enum UnscaledGradients: GradientNormaliser {
  public static let methodName = "mgda"
  public static func length(norm: Double, loss: Double) -> Double { 1 }
}

/// nᵢ = ‖gᵢ‖, the official code's `l2`.
public enum UnitGradients: GradientNormaliser {
  public static let methodName = "mgda-l2"
  public static func length(norm: Double, loss: Double) -> Double { norm }
}

/// nᵢ = Lᵢ, the official code's `loss`.
public enum LossScaledGradients: GradientNormaliser {
  public static let methodName = "mgda-loss"
  public static func length(norm: Double, loss: Double) -> Double { loss }
}

/// nᵢ = Lᵢ ‖gᵢ‖, the official code's `loss+`.
public enum LossAndNormScaledGradients: GradientNormaliser {
  public static let methodName = "mgda-loss+"
  public static func length(norm: Double, loss: Double) -> Double { loss * norm }
}
