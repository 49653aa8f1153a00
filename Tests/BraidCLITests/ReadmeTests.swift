import Foundation
import Testing

/// What the README shows, typed as it stands there.
@Suite("The README") struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("the answer of the checkpoint in this repository is what is shown")
  func sample() throws {
    let text = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
    let lines = text.components(separatedBy: "\n")
    let place = try #require(lines.firstIndex { $0.hasPrefix("$ ") })
    let line = lines[place].dropFirst(2).replacingOccurrences(of: "braid ", with: "\"$BRAID\" ")
    let run = try BraidProcess.shell(line, in: Self.root)
    #expect(run.status == 0, "\(run.messages)")
    let shown = lines[place + 1].components(separatedBy: "\t")
    let found = run.output.split(separator: "\n").map { $0.components(separatedBy: "\t") }
    try #require(found.count == 1 && found[0].count == shown.count && shown.count == 5)
    #expect(found[0][0] == shown[0])
    // Processors with other vector instructions round otherwise.
    for (one, other) in zip(found[0], shown).dropFirst() {
      let (one, other) = (try #require(Double(one)), try #require(Double(other)))
      #expect(abs(one - other) < 3e-6)
    }
  }
}
