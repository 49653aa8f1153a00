/// What is done to the weights of any weighting, in this order: smoothing, limits, logarithms.
public struct WeightingAdjustment: Sendable, Equatable {
  /// β of the moving average v ← β v + (1 − β) w that takes the weight's place, from 0 (no smoothing) to below 1; the
  /// first weight of a task is its average.
  public var smoothing: Double
  /// The least and the greatest weight.
  public var limits: ClosedRange<Double>?
  /// The sum that is descended is of w ln L, not of w L: a weight is divided by the loss, and gradient norms are those of
  /// ln L. The weighting itself still sees L, as most formulas ask for a loss that is not negative. (The loss
  /// balancing of DB-MTL, Lin et al. 2023.)
  public var takesLogarithms: Bool

  public init(
    smoothing: Double = 0, limits: ClosedRange<Double>? = nil, takesLogarithms: Bool = false
  ) {
    precondition(smoothing >= 0 && smoothing < 1, "smoothing is from 0 to below 1")
    precondition(limits.map { $0.lowerBound >= 0 } ?? true, "a weight is not negative")
    self.smoothing = smoothing
    self.limits = limits
    self.takesLogarithms = takesLogarithms
  }
}

extension TaskWeighting {
  /// The same weighting with its weights adjusted.
  ///
  /// - Parameter tasks: their number.
  public func adjusted(by adjustment: WeightingAdjustment, tasks: Int) -> any TaskWeighting {
    adjustment == WeightingAdjustment() ? self : AdjustedWeighting(self, adjustment, tasks: tasks)
  }
}
