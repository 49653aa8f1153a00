import Foundation

/// A value of the fixture. Everything that the tests compare comes down to numbers in order.
package enum FixtureValue: Decodable, Sendable {
  case number(Double)
  case text(String)
  case list([FixtureValue])
  case object([String: FixtureValue])

  package init(from decoder: any Decoder) throws {
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

  package var numbers: [Double] {
    switch self {
    case .number(let value): [value]
    case .list(let values): values.flatMap(\.numbers)
    case .text, .object: []
    }
  }

  package var rows: [[Double]] {
    if case .list(let values) = self { values.map(\.numbers) } else { [] }
  }

  package var text: String? {
    if case .text(let value) = self { value } else { nil }
  }
}

/// One numeric case of BalancingTests/Fixtures/balancing.json: of weightings, aggregations, ways of sharing and more.
package struct BalancingCase: Decodable, Sendable {
  package let id: String
  package let method: String
  package let family: String
  package let inputs: [String: FixtureValue]
  package let hyper: [String: FixtureValue]
  package let expected: [String: FixtureValue]
  package let tolerance: Double

  package static func all() throws -> [BalancingCase] {
    struct Fixture: Decodable { let vectors: [BalancingCase] }
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appending(path: "BalancingTests/Fixtures/balancing.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).vectors
  }

  /// The expected numbers by name; those of an object in the object are called `step1.direction` and so on.
  package var expectations: [(name: String, numbers: [Double])] {
    expected.sorted { $0.key < $1.key }.flatMap { name, value in
      if case .object(let parts) = value {
        return parts.sorted { $0.key < $1.key }.map { ("\(name).\($0.key)", $0.value.numbers) }
      }
      return [(name, value.numbers)]
    }
  }
}
