import Bytes
import Foundation

/// Writes a folder so that it appears complete or not at all.
package enum AtomicFolder {
  /// Calls `body` with an empty temporary folder beside `url`, brings what it wrote to the disk, and renames the folder to
  /// `url`. When `body` throws, the temporary folder is removed. Missing parents are made.
  ///
  /// - Throws: `FileWritingError`, also when something has the name already, or what `body` throws.
  package static func write(to url: URL, _ body: (URL) throws -> Void) throws {
    let manager = FileManager.default
    let parent = url.deletingLastPathComponent()
    func failure(_ problem: String) -> FileWritingError { FileWritingError(path: url.path, problem: problem) }
    do {
      try manager.createDirectory(at: parent, withIntermediateDirectories: true)
    } catch {
      throw FileWritingError(folder: parent, making: error)
    }
    if manager.fileExists(atPath: url.path) { throw failure("exists already") }
    let temporary = try create(beside: url)
    defer { try? manager.removeItem(at: temporary) }
    try body(temporary)
    try synchronizeContents(of: temporary)
    guard System.rename(temporary.path, to: url.path) else {
      throw failure("can't be named: \(System.errorText)")
    }
    Durability.synchronizeFolder(parent.path)
  }

  private static func create(beside url: URL) throws -> URL {
    for attempt in 0..<100 {
      let candidate = PendingFile.temporarySibling(of: url, attempt: attempt)
      if System.makeFolder(candidate.path) { return candidate }
      if errno != EEXIST {
        throw FileWritingError(path: url.path, problem: "can't be created: \(System.errorText)")
      }
    }
    throw FileWritingError(path: url.path, problem: "too many unfinished folders of this name beside it")
  }

  private static func synchronizeContents(of folder: URL) throws {
    guard let entries = FileManager.default.enumerator(atPath: folder.path) else { return }
    for case let entry as String in entries {
      let path = folder.appendingPathComponent(entry).path
      let descriptor = System.open(path, O_RDONLY)
      guard descriptor >= 0 else {
        throw FileWritingError(path: path, problem: "can't be opened: \(System.errorText)")
      }
      let isThere = Durability.synchronize(descriptor)
      let problem = System.errorText
      close(descriptor)
      guard isThere else {
        throw FileWritingError(path: path, problem: "can't be brought to the disk: \(problem)")
      }
    }
    Durability.synchronizeFolder(folder.path)
  }
}
