import Foundation
import Testing

/// `Fixtures/minilm`, whose README says what it holds.
struct MiniLMFixture: Sendable {
  struct Text: Decodable, Sendable {
    var text: String
    var pair: String?
  }

  struct Tokens: Decodable, Sendable {
    var ids: [Int32]
    var segments: [Int32]
  }

  static let folder = FixtureFiles.folder.appendingPathComponent("minilm")

  var texts: [Text]
  var tokens: [Tokens]

  init() throws {
    func decode<Value: Decodable>(_ name: String) throws -> Value {
      try JSONDecoder().decode(Value.self, from: Data(contentsOf: Self.folder.appendingPathComponent(name)))
    }
    texts = try decode("texts.json")
    tokens = try decode("tokens.json")
  }

  /// The folder with the encoder itself, which the repository does not hold: `BRAID_MINILM`. Where it is not set, a test
  /// that needs it is skipped, and fails on continuous integration.
  static var encoderFolder: URL? {
    guard let path = ProcessInfo.processInfo.environment["BRAID_MINILM"], !path.isEmpty else {
      if ProcessInfo.processInfo.environment["CI"] == "true" {
        Issue.record("BRAID_MINILM does not name the folder of the MiniLM encoder")
      } else {
        print("skipped: set BRAID_MINILM to the folder of the MiniLM encoder")
      }
      return nil
    }
    return URL(fileURLWithPath: path)
  }
}
