import Foundation

/// `Fixtures/parity`, whose README says what it holds.
struct ParityFixture: Sendable {
  struct Task: Decodable, Sendable {
    var name: String
    var kind: String
    var weight: Double
    var classes: Int?
  }

  /// One task's part of a step's batch.
  struct TaskBatch: Decodable, Sendable {
    var name: String
    var sequences: [[Int32]]
    var segments: [[Int32]]
    /// Class numbers, scores, or gains one a candidate.
    var targets: [Double]
    /// For ranking: how many sequences belong to each query.
    var candidates: [Int]?
  }

  struct StepBatch: Decodable, Sendable { var tasks: [TaskBatch] }

  struct Batches: Decodable, Sendable {
    var tasks: [Task]
    var steps: [StepBatch]
  }

  struct ExpectedStep: Decodable, Sendable {
    var learningRate: Double
    var gradientNorm: Double
    var total: Double
    var losses: [Double]
  }

  struct Expected: Decodable, Sendable {
    var withoutEffect: [String]
    var steps: [ExpectedStep]
  }

  static let folder = FixtureFiles.folder.appendingPathComponent("parity")

  var batches: Batches
  var expected: Expected

  init() throws {
    func decode<Value: Decodable>(_ name: String) throws -> Value {
      try JSONDecoder().decode(Value.self, from: Data(contentsOf: Self.folder.appendingPathComponent(name)))
    }
    batches = try decode("batches.json")
    expected = try decode("expected.json")
  }
}
