import Foundation

/// Learned numbers, one a task, that follow Adam (Kingma & Ba 2015, algorithm 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8)
/// from zero. They stay within ±ln 1e8, so that weights made of their exponentials stay finite.
struct AdamScalars: Sendable {
  private struct Scalar: Sendable {
    var value = 0.0, first = 0.0, second = 0.0, steps = 0.0
  }

  private static let limit = -log(WeightingArithmetic.floor)

  var rate: Double
  /// What is added to the slope for each unit of the number.
  var decay: Double
  private var scalars: [Scalar]

  init(count: Int, rate: Double, decay: Double = 0) {
    self.rate = rate
    self.decay = decay
    scalars = Array(repeating: Scalar(), count: count)
  }

  var values: [Double] { scalars.map(\.value) }

  /// One step against the slopes; numbers without one stay.
  mutating func descend(_ slopes: [Double?]) {
    for (index, slope) in slopes.enumerated() {
      guard let slope else { continue }
      scalars[index] = moved(scalars[index], slope: slope)
    }
  }

  private func moved(_ scalar: Scalar, slope: Double) -> Scalar {
    var new = scalar
    let slope = slope + decay * scalar.value
    new.steps += 1
    new.first = 0.9 * scalar.first + 0.1 * slope
    new.second = 0.999 * scalar.second + 0.001 * slope * slope
    let mean = new.first / (1 - pow(0.9, new.steps))
    let square = new.second / (1 - pow(0.999, new.steps))
    let value = scalar.value - rate * mean / (square.squareRoot() + 1e-8)
    new.value = min(max(value, -Self.limit), Self.limit)
    return new
  }

  /// Value, first and second moment and number of steps of each.
  var state: [Double] {
    get { scalars.flatMap { [$0.value, $0.first, $0.second, $0.steps] } }
    set {
      for index in scalars.indices {
        let part = newValue[(index * 4)..<(index * 4 + 4)].map { $0 }
        scalars[index] = Scalar(value: part[0], first: part[1], second: part[2], steps: part[3])
      }
    }
  }
}
