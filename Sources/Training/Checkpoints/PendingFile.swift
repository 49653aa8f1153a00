import Bytes
import Foundation

/// A file that is being written: under a hidden name in the same folder, until it is complete and gets its own.
///
/// A device or a pipe is written to as it is, and a link stays a link: what it leads to is replaced.
package final class PendingFile {
  package let descriptor: Int32
  /// As messages give it.
  package let path: String
  /// Where it belongs when it is complete; nil for a device or a pipe.
  private let target: URL?
  private let temporary: String
  private var isOpen = true

  /// - Throws: `FileWritingError`.
  package init(_ url: URL) throws(FileWritingError) {
    path = url.path
    switch Destination(url.path) {
    case .stream:
      target = nil
      temporary = ""
      descriptor = System.open(url.path, O_WRONLY)
      guard descriptor >= 0 else {
        throw FileWritingError(path: url.path, problem: "can't be opened: \(System.errorText)")
      }
    case .file(let target):
      self.target = target
      (descriptor, temporary) = try Self.create(beside: target, path: url.path)
    }
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    if target != nil { _ = System.unlink(temporary) }
  }

  /// Whether a device, a pipe or a socket is there.
  static func isStream(_ url: URL) -> Bool {
    if case .stream = Destination(url.path) { true } else { false }
  }

  /// Waits until the content is on the disk, and gives the file its name.
  ///
  /// - Throws: `FileWritingError`; then whatever had the name still has it.
  package func complete() throws(FileWritingError) {
    guard let target else { return }
    guard Durability.synchronize(descriptor) else { throw failure("can't be brought to the disk") }
    guard System.rename(temporary, to: target.path) else { throw failure("can't be replaced") }
    isOpen = false
    close(descriptor)
    Durability.synchronizeFolder(target.deletingLastPathComponent().path)
  }

  private func failure(_ problem: String) -> FileWritingError {
    FileWritingError(path: path, problem: "\(problem): \(System.errorText)")
  }

  private static func create(
    beside url: URL, path: String
  ) throws(FileWritingError) -> (descriptor: Int32, path: String) {
    for attempt in 0..<100 {
      let temporary = temporarySibling(of: url, attempt: attempt).path
      let descriptor = System.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
      if descriptor >= 0 { return (descriptor, temporary) }
      if errno != EEXIST {
        throw FileWritingError(path: path, problem: "can't be created: \(System.errorText)")
      }
    }
    throw FileWritingError(path: path, problem: "too many unfinished files of this name beside it")
  }

  /// A hidden name in the same folder that no other process uses.
  static func temporarySibling(of url: URL, attempt: Int) -> URL {
    let suffix = attempt == 0 ? "" : "-\(attempt)"
    return url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid())\(suffix).partial")
  }
}

/// What stands where a file is to be written. Renaming a new file to a name takes the place of whatever has it: for a
/// device such as `/dev/stdout` that would be harm.
private enum Destination {
  /// A file, or nothing yet; a folder too, over which the rename fails.
  case file(URL)
  /// A device, a pipe or a socket.
  case stream

  init(_ path: String) {
    self = .file(URL(fileURLWithPath: path))
    guard let status = FileStatus(path) else { return }
    if status.isFile {
      guard FileStatus(path, followsLinks: false)?.isLink == true, let real = System.realPath(path) else {
        return
      }
      self = .file(URL(fileURLWithPath: real))
    } else if !status.isFolder {
      self = .stream
    }
  }
}
