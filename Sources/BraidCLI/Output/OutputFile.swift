import CommandLineOptions
import Foundation

/// A file that appears under its name once it is complete.
final class OutputFile {
  private let url: URL
  private let temporary: URL
  private var handle: FileHandle?
  private let writer: OutputWriter

  init(_ url: URL) throws {
    self.url = url
    temporary = url.deletingLastPathComponent()
      .appendingPathComponent(
        ".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).partial")
    guard FileManager.default.createFile(atPath: temporary.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary.path)
    else { throw RunError("\(url.path): can't be written") }
    self.handle = handle
    writer = OutputWriter(descriptor: handle.fileDescriptor, name: url.path)
  }

  deinit {
    if handle != nil { try? FileManager.default.removeItem(at: temporary) }
  }

  func write(_ text: String) throws { writer.write(text) }

  func finish() throws {
    try writer.flush()
    try handle?.close()
    handle = nil
    guard rename(temporary.path, url.path) == 0 else { throw RunError("\(url.path): can't be written") }
  }
}
