import Foundation
import Testing
import Training

@Suite struct AtomicWritingTests {
  struct Stop: Error {}

  static func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  static func text(_ url: URL) throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }

  @Test("A file has its old content until the new one is complete")
  func replacesFile() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("config.json")
      try AtomicFile.write("old", to: url)
      try AtomicFile.write(to: url) { output in
        try output.write("new ")
        #expect(try Self.text(url) == "old")
        #expect(try Self.names(in: folder).count == 2)
        try output.write(Array("text".utf8))
      }
      #expect(try Self.text(url) == "new text")
      #expect(try Self.names(in: folder) == ["config.json"])
    }
  }

  @Test("A failure while writing a file leaves the old content and nothing else")
  func failedFile() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("config.json")
      try AtomicFile.write("old", to: url)
      #expect(throws: Stop.self) {
        try AtomicFile.write(to: url) { output in
          try output.write("half of ")
          throw Stop()
        }
      }
      #expect(try Self.text(url) == "old")
      #expect(try Self.names(in: folder) == ["config.json"])
    }
  }

  @Test("A link stays a link, and what it leads to is replaced; a device stays a device")
  func links() throws {
    try FixtureFiles.withScratchFolder { folder in
      let target = folder.appendingPathComponent("target")
      let link = folder.appendingPathComponent("link")
      try AtomicFile.write("old", to: target)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      try AtomicFile.write("new", to: link)
      #expect(try Self.text(target) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
      let null = folder.appendingPathComponent("null")
      try FileManager.default.createSymbolicLink(atPath: null.path, withDestinationPath: "/dev/null")
      try AtomicFile.write("nothing", to: null)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: null.path) == "/dev/null")
      #expect(try Self.names(in: folder) == ["link", "null", "target"])
    }
  }

  @Test("A trial leaves a pipe alone, and nothing beside a file", .timeLimit(.minutes(1)))
  func trials() throws {
    try FixtureFiles.withScratchFolder { folder in
      let pipe = folder.appendingPathComponent("pipe")
      try #require(mkfifo(pipe.path, 0o600) == 0)
      // Without a reader, opening it would wait for one.
      try AtomicFile.check(pipe)
      try AtomicFile.check(folder.appendingPathComponent("file"))
      #expect(try Self.names(in: folder) == ["pipe"])
      #expect(throws: FileWritingError.self) { try AtomicFile.check(folder) }
    }
  }

  @Test("Two writers of one name do not disturb each other")
  func nestedFiles() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("model")
      try AtomicFile.write(to: url) { outer in
        try outer.write("outer")
        try AtomicFile.write("inner", to: url)
        #expect(try Self.text(url) == "inner")
      }
      #expect(try Self.text(url) == "outer")
      #expect(try Self.names(in: folder) == ["model"])
    }
  }

  @Test("A file in a folder that does not exist, or over a folder, is an error that names the path")
  func impossibleFile() throws {
    let missing = #expect(throws: FileWritingError.self) {
      try AtomicFile.write("text", to: URL(fileURLWithPath: "/nonexistent/file"))
    }
    #expect(missing?.path == "/nonexistent/file")
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("folder")
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent("inside"), withIntermediateDirectories: true)
      #expect(throws: FileWritingError.self) { try AtomicFile.write("text", to: url) }
      #expect(try Self.names(in: folder) == ["folder"])
    }
  }

  @Test("A folder appears when it is complete, with its parents")
  func newFolder() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("runs/first")
      try AtomicFolder.write(to: url) { new in
        #expect(!FileManager.default.fileExists(atPath: url.path))
        try AtomicFile.write("1", to: new.appendingPathComponent("a"))
        try AtomicFolder.write(to: new.appendingPathComponent("tasks")) {
          try AtomicFile.write("2", to: $0.appendingPathComponent("b"))
        }
      }
      #expect(try Self.names(in: url) == ["a", "tasks"])
      #expect(try Self.text(url.appendingPathComponent("tasks/b")) == "2")
      #expect(try Self.names(in: url.deletingLastPathComponent()) == ["first"])
    }
  }

  @Test("An existing folder is kept, and one that fails leaves nothing")
  func existingFolder() throws {
    try FixtureFiles.withScratchFolder { folder in
      let url = folder.appendingPathComponent("run")
      try AtomicFolder.write(to: url) { try AtomicFile.write("1", to: $0.appendingPathComponent("old")) }
      let error = #expect(throws: FileWritingError.self) { try AtomicFolder.write(to: url) { _ in } }
      #expect(error?.problem == "exists already")
      #expect(try Self.names(in: url) == ["old"])
      let other = folder.appendingPathComponent("other")
      #expect(throws: Stop.self) {
        try AtomicFolder.write(to: other) {
          try AtomicFile.write("half", to: $0.appendingPathComponent("a"))
          throw Stop()
        }
      }
      #expect(try Self.names(in: folder) == ["run"])
    }
  }
}
