import Balancing
import Foundation
import Randomness
import Testing

/// A value of the fixture. Everything that the tests compare comes down to numbers in order.
enum FixtureValue: Decodable, Sendable {
  case number(Double)
  case text(String)
  case list([FixtureValue])
  case object([String: FixtureValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([FixtureValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: FixtureValue].self))
    }
  }

  var numbers: [Double] {
    switch self {
    case .number(let value): [value]
    case .list(let values): values.flatMap(\.numbers)
    case .text, .object: []
    }
  }

  var rows: [[Double]] {
    if case .list(let values) = self { values.map(\.numbers) } else { [] }
  }

  var text: String? {
    if case .text(let value) = self { value } else { nil }
  }
}

/// One numeric case of Fixtures/balancing.json.
struct BalancingCase: Decodable, Sendable, CustomTestStringConvertible {
  let id: String
  let method: String
  let family: String
  let inputs: [String: FixtureValue]
  let hyper: [String: FixtureValue]
  let expected: [String: FixtureValue]
  let tolerance: Double

  var testDescription: String { id }

  static func all() throws -> [BalancingCase] {
    struct Fixture: Decodable { let vectors: [BalancingCase] }
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/balancing.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).vectors
  }

  /// The expected numbers by name; those of an object in the object are called `step1.direction` and so on.
  var expectations: [(name: String, numbers: [Double])] {
    expected.sorted { $0.key < $1.key }.flatMap { name, value in
      if case .object(let parts) = value {
        return parts.sorted { $0.key < $1.key }.map { ("\(name).\($0.key)", $0.value.numbers) }
      }
      return [(name, value.numbers)]
    }
  }

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
