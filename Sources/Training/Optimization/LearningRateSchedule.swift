import Foundation

/// How the learning rate goes over a run: a linear warm-up, then one of three ways on.
public struct LearningRateSchedule: Sendable, Equatable {
  public enum Shape: String, Sendable, CaseIterable {
    /// Down to zero in a straight line (Devlin et al. 2019).
    case linear
    /// Down to zero along half a cosine (Loshchilov & Hutter 2017, without restarts).
    case cosine
    case constant
  }

  public let shape: Shape
  public let peak: Double
  public let warmUpSteps: Int
  public let steps: Int

  /// - Parameter warmUp: the share of the steps that warming up takes, 0 to 1.
  public init(shape: Shape, peak: Double, warmUp: Double, steps: Int) {
    self.shape = shape
    self.peak = peak
    self.steps = steps
    warmUpSteps = min(steps, Int((warmUp * Double(steps)).rounded()))
  }

  /// The learning rate of a step, counted from 0. The first step already moves, the last does not stand still.
  public func rate(at step: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    let left = Double(steps - step) / Double(max(steps - warmUpSteps, 1))
    switch shape {
    case .linear: return peak * min(max(left, 0), 1)
    case .cosine: return peak * 0.5 * (1 - cos(Double.pi * min(max(left, 0), 1)))
    case .constant: return peak
    }
  }
}
