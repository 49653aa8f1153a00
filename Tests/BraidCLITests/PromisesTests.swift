import Foundation
import Testing

/// The page of promises in the README: each names the test that keeps it.
@Suite("The promises of the README") struct PromisesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What is promised, and the tests that are named beside it.
  private static func promises() throws -> [(promise: String, tests: [(name: String, path: String)])] {
    let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n### Promises\n").dropFirst().first)
    return section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") && !$0.hasPrefix("| promise") }
      .map { line in
        let cells = line.components(separatedBy: " | ")
        let links = cells[cells.count - 1].components(separatedBy: "](").dropFirst().enumerated().map {
          index, part in
          let before = cells[cells.count - 1].components(separatedBy: "](")[index]
          return (
            name: before.components(separatedBy: "[").last ?? "", path: part.components(separatedBy: ")")[0]
          )
        }
        return (cells[0], links)
      }
  }

  @Test("each names tests that are there, under the names that it gives them")
  func tests() throws {
    let promises = try Self.promises()
    #expect(promises.count >= 12)
    for (promise, tests) in promises {
      #expect(!tests.isEmpty, "\(promise)")
      for (name, path) in tests {
        let file = Self.root.appendingPathComponent(path)
        let content = try String(contentsOf: file, encoding: .utf8)
        if path.hasSuffix(".swift") {
          #expect(content.contains("struct \(name) {"), "\(path) has no suite \(name)")
          #expect(content.contains("@Test"), "\(path) has no test")
        } else {
          #expect(FileManager.default.isExecutableFile(atPath: file.path), "\(path) can't be run")
        }
      }
    }
  }
}
