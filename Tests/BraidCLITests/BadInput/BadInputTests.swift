import Foundation
import Testing

@Suite("What is wrong in what braid is given") struct BadInputTests {
  /// Its own: other tests put files into theirs.
  private static let original: Result<TinyTasks, any Error> = Result {
    let tasks = try TinyTasks()
    let run = try tasks.braid(
      ["train", "tiny.json5", "--output", "run", "--epochs", "1", "--threads", "1"] + TinyTasks.small)
    guard run.status == 0 else { throw TinyTasks.Failure(messages: run.messages) }
    return tasks
  }

  @Test("is said in these words, with this status", arguments: BadInput.everywhere)
  func everywhere(_ item: BadInput) throws { try check(item) }

  #if os(Linux)
    @Test("a full disk and a folder that can't be written to are failures", arguments: BadInput.devices)
    func devices(_ item: BadInput) throws { try check(item) }
  #endif

  @Test("a reader that goes away ends a stream of answers without a word")
  func closedPipe() throws {
    let folder = try Self.original.get().folder
    let run = try BraidProcess.shell(
      "yes 'the soup was good' | head -100000 | { \"$BRAID\" classify run --task mood; echo $? >&2; } | head -1",
      in: folder)
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(run.messages == "141\n")
  }

  private func check(_ item: BadInput) throws {
    let original = try Self.original.get().folder
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("braid-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: original, to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let before = try Self.names(in: folder)
    let run = try BraidProcess.shell(
      item.script.replacingOccurrences(of: "$BRAID", with: "\"$BRAID\""), in: folder)
    var messages = run.messages
    for path in [folder.resolvingSymlinksInPath().path, folder.path] {
      messages = messages.replacingOccurrences(of: path, with: "FOLDER")
    }
    messages = messages.replacingOccurrences(
      of: #"\b[0-9a-f]{8}\b"#, with: "CHECKSUM", options: .regularExpression)
    #expect(run.status == item.status)
    #expect(messages == item.messages)
    #expect(try Self.names(in: folder).isSuperset(of: before))
    #expect(try !Self.names(in: folder).contains { $0.hasSuffix(".partial") })
  }

  private static func names(in folder: URL) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
  }
}
