import Balancing
import LinearAlgebra
import Randomness
import TestSupport
import Testing

extension BalancingCase: CustomTestStringConvertible {
  package var testDescription: String { id }
}

/// Cases with gradients.
extension BalancingCase {
  var holdsGradients: Bool { inputs.keys.contains { $0.hasPrefix("gradients") || $0.hasPrefix("gramian") } }

  var gradients: [[Double]] { inputs["gradients"]?.rows ?? [] }
  var losses: [Double] { inputs["losses"]?.numbers ?? gradients.map { _ in 1 } }

  func number(_ name: String) -> Double { hyper[name]?.numbers.first ?? .nan }

  var order: VisitingOrder { inputs["order"]?.text == "descending" ? .descending : .ascending }
}

/// Σ cᵢ gᵢ
func mix(_ coefficients: [Double], _ gradients: [[Double]]) -> [Double] {
  gradients[0].indices.map { element in
    zip(coefficients, gradients).reduce(0) { $0 + $1.0 * $1.1[element] }
  }
}

func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }

func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

/// Gradients of elements between −1 and 1.
func randomGradients(tasks: Int, elements: Int, seed: UInt64) -> [[Double]] {
  var generator = SplitMix64(seed: seed)
  return (0..<tasks).map { _ in (0..<elements).map { _ in 2 * generator.nextUniform() - 1 } }
}

extension GradientAggregation {
  /// For gradients as they are.
  mutating func coefficients(
    ofRows gradients: [[Double]], losses: [Double]? = nil, weights: [Double]? = nil, seed: UInt64 = 0
  ) -> [Double] {
    coefficients(
      for: AggregationInput(
        gramian: SymmetricMatrix(gramianOf: gradients), losses: losses ?? gradients.map { _ in 1 },
        weights: weights, seed: seed))
  }
}

/// Keeps running averages as a trainer must.
struct GradientAverages {
  private(set) var rows: [[Double]]
  private var updates: [Int]
  private let averaging: GradientAveraging

  init?(_ source: GradientSource, tasks: Int, elements: Int) {
    guard case .averaged(let averaging) = source else { return nil }
    self.averaging = averaging
    rows = Array(repeating: Array(repeating: 0, count: elements), count: tasks)
    updates = Array(repeating: 0, count: tasks)
  }

  mutating func take(_ gradients: [[Double]], losses: [Double]) {
    for task in rows.indices {
      updates[task] += 1
      let factors = averaging.factors(
        update: updates[task], loss: losses[task], norm: norm(gradients[task]))
      rows[task] = zip(rows[task], gradients[task]).map { factors.kept * $0 + factors.added * $1 }
    }
  }
}
