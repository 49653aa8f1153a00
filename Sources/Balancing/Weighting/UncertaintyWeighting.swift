import Foundation

/// Homoscedastic uncertainty (Kendall, Gal & Cipolla 2018): each task has a learned s = ln σ². With c = 1 for
/// cross-entropy (eq. 10) and c = 1/2 for squared error (eq. 7) the sum to minimise is Σ c e⁻ˢ L + s / 2, so the weight is
/// c e⁻ˢ and the slope of s is 1/2 − c e⁻ˢ L. The scalars follow Adam (Kingma & Ba 2015).
public struct UncertaintyWeighting: TaskWeighting {
  public static let name = "uncertainty"

  private struct Scalar: Sendable {
    var value = 0.0, first = 0.0, second = 0.0, steps = 0.0

    mutating func descend(slope: Double, rate: Double) {
      steps += 1
      first = 0.9 * first + 0.1 * slope
      second = 0.999 * second + 0.001 * slope * slope
      let mean = first / (1 - pow(0.9, steps))
      let square = second / (1 - pow(0.999, steps))
      value -= rate * mean / (square.squareRoot() + 1e-8)
    }
  }

  private let scales: [Double]
  private let learningRate: Double
  private var scalars: [Scalar]

  public init(_ tasks: [WeightedTask]) { self.init(tasks, learningRate: 0.01) }

  public init(_ tasks: [WeightedTask], learningRate: Double) {
    scales = tasks.map { $0.loss == .squaredError ? 0.5 : 1 }
    scalars = tasks.map { _ in Scalar() }
    self.learningRate = learningRate
  }

  /// ln σ² of each task.
  public var logVariances: [Double] { scalars.map(\.value) }

  /// The weights of this step; then the scalars take theirs.
  public mutating func weights(for losses: [Double?]) -> [Double] {
    let weights = scalars.indices.map { scales[$0] * exp(-scalars[$0].value) }
    for (index, loss) in losses.enumerated() {
      guard let loss else { continue }
      scalars[index].descend(slope: 0.5 - weights[index] * loss, rate: learningRate)
    }
    return weights
  }

  public var state: [Double] {
    get { scalars.flatMap { [$0.value, $0.first, $0.second, $0.steps] } }
    set {
      precondition(newValue.count == scalars.count * 4, "the state is of another set of tasks")
      for index in scalars.indices {
        let part = newValue[(index * 4)..<(index * 4 + 4)].map { $0 }
        scalars[index] = Scalar(value: part[0], first: part[1], second: part[2], steps: part[3])
      }
    }
  }
}
