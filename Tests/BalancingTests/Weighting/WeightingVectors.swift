import Balancing
import Foundation
import Testing

/// The numeric cases of Fixtures/balancing.json.
struct WeightingVector: Decodable, Sendable, CustomTestStringConvertible {
  let id: String
  let family: String
  let inputs: [String: Value]
  let hyper: [String: Value]
  let expected: [String: Value]
  let tolerance: Double

  var testDescription: String { id }

  indirect enum Value: Decodable, Sendable {
    case number(Double)
    case list([Value])
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }

    var list: [Value]? { if case .list(let list) = self { list } else { nil } }
  }

  private struct File: Decodable { let vectors: [Lenient] }

  /// Cases of other families may have inputs of other kinds.
  private struct Lenient: Decodable {
    let vector: WeightingVector?
    let family: String

    init(from decoder: any Decoder) throws {
      family = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .family)
      vector = families.contains(family) ? try WeightingVector(from: decoder) : nil
    }

    enum Key: CodingKey { case family }
  }

  /// Of weightings; the others are of aggregation of gradients, of optimizers, networks, sampling and evaluation.
  static let families: Set = ["loss", "learned", "metric", "prediction", "gradnorm"]
  static let otherFamilies: Set = [
    "gradient", "architecture", "sampling", "optimizer", "grouping", "evaluation",
  ]

  private static func file() throws -> File {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/balancing.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: path))
  }

  static func all() throws -> [WeightingVector] { try file().vectors.compactMap(\.vector) }

  static func familiesInFile() throws -> Set<String> { Set(try file().vectors.map(\.family)) }

  func numbers(_ key: String) throws -> [Double] {
    try #require(inputs[key]?.list).map { try #require($0.number) }
  }

  func rows(_ key: String) throws -> [[Double]] {
    try #require(inputs[key]?.list).map { try #require($0.list).map { try #require($0.number) } }
  }

  func hyper(_ key: String) throws -> Double { try #require(hyper[key]?.number) }

  /// Numbers that are as expected.
  func expect(_ key: String, _ values: [Double], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let entry = try #require(expected[key], sourceLocation: sourceLocation)
    let wanted = try (entry.list ?? [entry]).map { try #require($0.number) }
    try #require(values.count == wanted.count, sourceLocation: sourceLocation)
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
