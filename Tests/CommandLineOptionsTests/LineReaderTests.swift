import CommandLineOptions
import Foundation
import Testing

@Suite("Lines of an input") struct LineReaderTests {
  /// What a reader makes of bytes that are written in parts.
  private func lines(_ parts: [[UInt8]], limit: Int = .max) throws -> [[String]] {
    let pipe = Pipe()
    let reader = LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor, name: "pipe")
    var batches: [[String]] = []
    for part in parts {
      try pipe.fileHandleForWriting.write(contentsOf: Data(part))
      batches.append(try reader.nextLines(limit: limit))
    }
    try pipe.fileHandleForWriting.close()
    while true {
      let lines = try reader.nextLines(limit: limit)
      guard !lines.isEmpty else { return batches }
      batches.append(lines)
    }
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("lines come as soon as they are complete, the rest of a batch later")
  func batches() throws {
    #expect(try lines([bytes("a\nb"), bytes("c\n\nd")]) == [["a"], ["bc", ""], ["d"]])
    #expect(try lines([bytes("a\nb\nc\n")], limit: 2) == [["a", "b"], ["c"]])
  }

  @Test("CR LF ends a line, a CR within it stays; a byte order mark goes")
  func lineEnds() throws {
    #expect(try lines([[0xEF, 0xBB, 0xBF] + bytes("a\r\nb\rc\r\n\r\n")]) == [["a", "b\rc", ""]])
  }

  @Test("bytes that are not UTF-8 become U+FFFD")
  func invalid() throws {
    #expect(try lines([[0x61, 0xFF, 0x62, 0x0A]]) == [["a\u{FFFD}b"]])
  }

  @Test("a line may be longer than what is read at once")
  func longLine() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lines-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let long = String(repeating: "x", count: 1_000_000)
    try Data("\(long)\nb".utf8).write(to: folder)
    let reader = try LineReader(path: folder.path)
    #expect(try reader.nextLines() == [long])
    #expect(try reader.nextLines() == ["b"])
    #expect(try reader.nextLines() == [])
    #expect(reader.lineCount == 2)
  }

  @Test("what can't be read is an error that says why")
  func missing() {
    #expect(throws: InputError(input: "/nowhere", reason: "No such file or directory")) {
      try LineReader(path: "/nowhere")
    }
    #expect(throws: InputError(input: "/tmp", reason: "Is a directory")) {
      try LineReader(path: "/tmp").nextLines()
    }
  }
}
