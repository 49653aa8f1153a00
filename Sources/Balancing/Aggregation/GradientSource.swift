import Foundation

/// What an aggregation asks of whoever holds the gradients.
public enum GradientSource: Sendable {
  /// The Gramian is of this step's gradients.
  case current
  /// The holder keeps a running average of each task's unweighted gradient and updates it with the task's
  /// gradient before it takes the Gramian; coefficients belong to the averages. They start at zero, and a
  /// task without a gradient in this step keeps its average as it is.
  case averaged(GradientAveraging)
  /// The coefficients are only half of it: the direction is Σ cᵢ gᵢ with each element of each task's gradient
  /// kept or dropped, as `GradDrop.direction` does.
  case elementwise
}

/// How a task's running average y takes in its gradient g: y ← kept · y + added · g.
public struct GradientAveraging: Sendable {
  private let share: @Sendable (_ update: Int) -> Double
  private let scale: @Sendable (_ loss: Double, _ norm: Double) -> Double

  /// y ← k y + (1 − k) s g, with k from the number of the update and s from the task's loss and ‖g‖.
  init(
    kept share: @escaping @Sendable (_ update: Int) -> Double,
    scale: @escaping @Sendable (_ loss: Double, _ norm: Double) -> Double
  ) {
    self.share = share
    self.scale = scale
  }

  /// - Parameters:
  ///   - update: How many updates this average has seen, this one included: 1 at first.
  ///   - loss: The task's unweighted loss in this step.
  ///   - norm: The length of its unweighted gradient over all shared parameters.
  public func factors(update: Int, loss: Double, norm: Double) -> (kept: Double, added: Double) {
    let kept = share(update)
    return (kept, (1 - kept) * scale(loss, norm))
  }
}

/// A rate that falls with time, r / tᵟ, as MoCo and DB-MTL have it.
public struct DecayingRate: Sendable, Equatable {
  public var initial: Double
  public var decay: Double

  public init(_ initial: Double, decay: Double) {
    self.initial = initial
    self.decay = decay
  }

  public func at(_ step: Int) -> Double { initial / pow(Double(step), decay) }
}
