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

  /// Whether a type is in the program that runs this, which all test targets are linked into: by itself, or in a suite of the
  /// target's name.
  private static func isBuilt(_ type: String, in target: String) -> Bool {
    func mangled(_ name: String) -> String { "\(name.utf8.count)\(name)" }
    return ["", mangled(target) + "V"].contains { outer in
      _typeByName(mangled(target) + outer + mangled(type) + "V") != nil
    }
  }

  @Test("each names tests that are there, under the names that it gives them")
  func tests() throws {
    let promises = try Self.promises()
    #expect(promises.count >= 12)
    #expect(!Self.isBuilt("NoSuchTests", in: "BraidCLITests") && !Self.isBuilt("WideTests", in: "TasksTests"))
    for (promise, tests) in promises {
      #expect(!tests.isEmpty, "\(promise)")
      for (name, path) in tests {
        let file = Self.root.appendingPathComponent(path)
        let content = try String(contentsOf: file, encoding: .utf8)
        if path.hasSuffix(".swift") {
          let target = String(path.split(separator: "/")[1])
          #expect(Self.isBuilt(name, in: target), "no suite \(name) is among those that run")
          let suite = content.components(separatedBy: "struct \(name) {").dropFirst().first ?? ""
          let tests = suite.components(separatedBy: "\n}")[0]
          #expect(tests.contains("@Test("), "\(path) has no test in \(name)")
          #expect(!tests.contains(".disabled("), "\(path) has a test that does not run")
        } else {
          #expect(FileManager.default.isExecutableFile(atPath: file.path), "\(path) can't be run")
        }
      }
    }
  }
}
