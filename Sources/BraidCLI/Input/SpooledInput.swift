import Bytes
import Foundation

/// Standard input or a pipe in a temporary file, for what must look at it twice. The file is its owner's alone, and has no name
/// by the time that something is in it: however the process ends, nothing stays.
final class SpooledInput {
  /// What messages call it.
  let name: String
  private let descriptor: Int32

  /// Where it can be read.
  var path: String { "/dev/fd/\(descriptor)" }

  /// Nil for what can be read twice as it is.
  init?(_ source: String) throws {
    var input = STDIN_FILENO
    if source == "-" {
      name = "standard input"
    } else {
      guard let status = FileStatus(source), !status.isFile, !status.isFolder else { return nil }
      input = System.open(source, O_RDONLY)
      guard input >= 0 else { return nil }
      name = source
    }
    defer { if input != STDIN_FILENO { close(input) } }
    let folder = FileManager.default.temporaryDirectory
    let temporary = folder.appendingPathComponent("braid-\(UUID().uuidString)").path
    descriptor = System.open(temporary, O_RDWR | O_CREAT | O_EXCL, isPrivate: true)
    func failure() -> CommandError {
      CommandError("\(folder.path): \(name) can't be kept there: \(System.errorText)")
    }
    guard descriptor >= 0 else { throw failure() }
    guard System.unlink(temporary) else { throw failure() }
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = System.read(input, into: &piece, from: 0)
      guard count >= 0 else { throw CommandError("\(name): \(System.errorText)") }
      if count == 0 { break }
      guard System.write(piece.span.extracting(..<count), to: descriptor) else { throw failure() }
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
