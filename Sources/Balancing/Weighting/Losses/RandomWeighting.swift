import Foundation
import Randomness

/// RLW, random loss weighting (Lin et al. 2022, with normal samples): w = softmax(z), each zᵢ drawn anew
/// from the standard normal distribution at every step. A baseline that any other weighting has to beat.
///
/// The numbers are of the run's seed and the step alone.
public struct RandomWeighting: TaskWeighting {
  public static let name = "rlw"

  public init(_ tasks: [WeightedTask]) {}

  public func weights(for input: WeightingInput) -> [Double] {
    Self.weights(of: Self.normals(input.losses.count, step: input.step, seed: input.seed))
  }

  package static func weights(of normals: [Double]) -> [Double] { WeightingArithmetic.softmax(normals) }

  /// Box & Muller 1958.
  package static func normals(_ count: Int, step: Int, seed: UInt64) -> [Double] {
    let name: UInt64 = 0x726c77  // No other user of the seed has a stream of this number.
    var generator = SplitMix64(seed: seed, stream: name, UInt64(step))
    return (0..<count).map { _ in
      let radius = (-2 * log(1 - generator.nextUniform())).squareRoot()
      return radius * cos(2 * Double.pi * generator.nextUniform())
    }
  }
}
