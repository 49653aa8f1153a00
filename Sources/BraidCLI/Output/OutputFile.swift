import CommandLineOptions
import Foundation
import Training

/// A file that appears under its name once it is complete.
final class OutputFile {
  private let file: PendingFile
  private let writer: OutputWriter

  init(_ url: URL) throws {
    file = try PendingFile(url)
    writer = OutputWriter(descriptor: file.descriptor, name: url.path)
  }

  func write(_ text: String) throws { writer.write(text) }

  func finish() throws {
    try writer.flush()
    try file.complete()
  }
}
