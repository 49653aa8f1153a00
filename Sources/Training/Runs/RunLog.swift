import Bytes
import Foundation
import Tasks

/// The log of a run, `metrics.jsonl`: a line for each logged step and each evaluation.
///
/// The saved state of a run knows how long the log was. A run that goes on from there cuts the log back to that length, so
/// that no line is in it twice or by half.
struct RunLog: Sendable {
  let file: URL

  /// Adds a line, wholly or not at all.
  ///
  /// - Throws: `FileWritingError`.
  func append(_ members: [JSONValue.Member]) throws(FileWritingError) {
    let line = Array((JSONValue.object(members).encodedLine() + "\n").utf8)
    let descriptor = try opened(O_WRONLY | O_CREAT | O_APPEND)
    defer { close(descriptor) }
    let length = try self.length(of: descriptor)
    guard System.write(line.span, to: descriptor) else {
      let problem = System.errorText
      ftruncate(descriptor, off_t(length))
      throw FileWritingError(path: file.path, problem: "can't be written: \(problem)")
    }
  }

  /// Waits until all lines are on the disk.
  ///
  /// - Returns: the length of the log in bytes.
  func synchronize() throws(FileWritingError) -> Int {
    let descriptor = try opened(O_WRONLY | O_CREAT)
    defer { close(descriptor) }
    guard Durability.synchronize(descriptor) else {
      throw FileWritingError(path: file.path, problem: "can't be brought to the disk: \(System.errorText)")
    }
    return try length(of: descriptor)
  }

  /// Takes away all lines beyond a length; of a log that is shorter, as someone else has cut it, half a line at the end.
  func cut(to wanted: Int) throws(FileWritingError) {
    var length = wanted
    if let content = FileManager.default.contents(atPath: file.path), content.count < wanted {
      length = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 - content.startIndex + 1 } ?? 0
    }
    let descriptor = try opened(O_WRONLY | O_CREAT)
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(length)) == 0, Durability.synchronize(descriptor) else {
      throw FileWritingError(path: file.path, problem: "can't be cut: \(System.errorText)")
    }
  }

  private func opened(_ flags: Int32) throws(FileWritingError) -> Int32 {
    let descriptor = System.open(file.path, flags)
    guard descriptor >= 0 else {
      throw FileWritingError(path: file.path, problem: "can't be opened: \(System.errorText)")
    }
    return descriptor
  }

  private func length(of descriptor: Int32) throws(FileWritingError) -> Int {
    guard let status = FileStatus(descriptor: descriptor) else {
      throw FileWritingError(path: file.path, problem: "can't be measured: \(System.errorText)")
    }
    return status.size
  }
}
