import Bytes
import Foundation

/// Writes a file so that a reader sees the old content or the new, never a part, and a crash leaves the old one.
package enum AtomicFile {
  /// Where the content goes while it is being written.
  package struct Output: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    package borrowing func write(_ bytes: Span<UInt8>) throws {
      guard System.write(bytes, to: descriptor) else {
        throw FileWritingError(path: path, problem: "can't be written: \(System.errorText)")
      }
    }

    package borrowing func write(_ bytes: [UInt8]) throws { try write(bytes.span) }

    package borrowing func write(_ text: String) throws { try write(Array(text.utf8)) }
  }

  /// Calls `body` to write the content under a temporary name in the same folder, waits until it is on the disk, and
  /// renames it to `url`. When `body` throws, the temporary file is removed and `url` stays as it was.
  /// - Throws: `FileWritingError`, or what `body` throws.
  package static func write(to url: URL, _ body: (borrowing Output) throws -> Void) throws {
    let file = try PendingFile(url)
    try body(Output(descriptor: file.descriptor, path: file.path))
    try file.complete()
  }

  /// Whether a file can be written there at all, said before the work that it is to hold. Leaves nothing. A device or a pipe
  /// is not tried: whoever reads there would take the trial for all that comes.
  ///
  /// - Throws: `FileWritingError`.
  package static func check(_ url: URL) throws(FileWritingError) {
    if FileStatus(url.path)?.isFolder == true {
      throw FileWritingError(path: url.path, problem: "is a folder, expected the name of a file")
    }
    if !PendingFile.isStream(url) { _ = try PendingFile(url) }
  }

  /// Writes a text as the file's whole content.
  /// - Throws: `FileWritingError`.
  package static func write(_ text: String, to url: URL) throws {
    try write(to: url) { try $0.write(text) }
  }
}
