import Foundation

/// A file or folder that could not be written.
public struct FileWritingError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The path that was to be written.
  public var path: String
  /// What failed.
  public var problem: String

  public var description: String { "\(path): \(problem)" }
}

/// The system's words for the last call that failed.
func systemErrorText() -> String { String(cString: strerror(errno)) }

/// Writes a file so that a reader sees the old content or the new, never a part, and a crash leaves the old one.
package enum AtomicFile {
  /// Where the content goes while it is being written.
  package struct Output: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    package borrowing func write(_ bytes: UnsafeRawBufferPointer) throws {
      var rest = bytes
      while let base = rest.baseAddress, !rest.isEmpty {
        // Larger calls are refused on some systems.
        let count = systemWrite(descriptor, base, min(rest.count, 1 << 30))
        if count < 0 {
          if errno == EINTR { continue }
          throw FileWritingError(path: path, problem: "can't be written: \(systemErrorText())")
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }

    package borrowing func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    package borrowing func write(_ text: String) throws { try write(Array(text.utf8)) }
  }

  /// Calls `body` to write the content under a temporary name in the same folder, waits until it is on the disk, and
  /// renames it to `url`. When `body` throws, the temporary file is removed and `url` stays as it was.
  /// - Throws: `FileWritingError`, or what `body` throws.
  package static func write(to url: URL, _ body: (borrowing Output) throws -> Void) throws {
    let path = url.path
    let (descriptor, temporary) = try create(beside: url)
    var isOpen = true
    do {
      try body(Output(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else {
        throw FileWritingError(path: path, problem: "can't be brought to the disk: \(systemErrorText())")
      }
      isOpen = false
      guard close(descriptor) == 0 else {
        throw FileWritingError(path: path, problem: "can't be closed: \(systemErrorText())")
      }
      guard rename(temporary, path) == 0 else {
        throw FileWritingError(path: path, problem: "can't be replaced: \(systemErrorText())")
      }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw error
    }
    synchronizeFolder(url.deletingLastPathComponent().path)
  }

  /// Writes a text as the file's whole content.
  /// - Throws: `FileWritingError`.
  package static func write(_ text: String, to url: URL) throws {
    try write(to: url) { try $0.write(text) }
  }

  private static func create(beside url: URL) throws -> (descriptor: Int32, path: String) {
    for attempt in 0..<100 {
      let temporary = temporarySibling(of: url, attempt: attempt).path
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 { return (descriptor, temporary) }
      if errno != EEXIST {
        throw FileWritingError(path: url.path, problem: "can't be created: \(systemErrorText())")
      }
    }
    throw FileWritingError(path: url.path, problem: "too many unfinished files of this name beside it")
  }

  /// A hidden name in the same folder that no other process uses.
  static func temporarySibling(of url: URL, attempt: Int) -> URL {
    let suffix = attempt == 0 ? "" : "-\(attempt)"
    return url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid())\(suffix).partial")
  }

  /// Brings a folder's entries (names, renames) to the disk. Not all file systems can; that is not a failure.
  static func synchronizeFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

private func systemWrite(_ descriptor: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, base, count)
}
