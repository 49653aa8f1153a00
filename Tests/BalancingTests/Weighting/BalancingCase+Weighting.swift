import Balancing
import Foundation
import TestSupport
import Testing

/// Cases of weightings.
extension BalancingCase {
  /// Of weightings; the others are of aggregation of gradients, of optimizers, networks, sampling and evaluation.
  static let families: Set = ["loss", "learned", "metric", "prediction", "gradnorm"]
  static let otherFamilies: Set = [
    "gradient", "architecture", "sampling", "optimizer", "grouping", "evaluation",
  ]

  static func weightings() throws -> [BalancingCase] { try all().filter { families.contains($0.family) } }

  func numbers(_ key: String) throws -> [Double] { try #require(inputs[key]).numbers }

  func rows(_ key: String) throws -> [[Double]] { try #require(inputs[key]).rows }

  func hyper(_ key: String) throws -> Double { try #require(hyper[key]?.numbers.first) }

  /// Numbers that are as expected.
  func expect(_ key: String, _ values: [Double], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let wanted = try #require(expected[key], sourceLocation: sourceLocation).numbers
    try #require(!wanted.isEmpty && values.count == wanted.count, sourceLocation: sourceLocation)
    for (value, wanted) in zip(values, wanted) {
      #expect(abs(value - wanted) <= tolerance, "\(key): \(values)", sourceLocation: sourceLocation)
    }
  }
}

func weightedTasks(
  _ count: Int, loss: WeightedTask.Loss = .crossEntropy, factors: [Double]? = nil, priors: [Double]? = nil
) -> [WeightedTask] {
  (0..<count).map {
    WeightedTask(name: "task\($0)", loss: loss, factor: factors?[$0] ?? 1, priorLoss: priors?[$0] ?? 1)
  }
}
