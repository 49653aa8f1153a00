import Bytes
import Evaluation
import Foundation

/// The system's gzip program.
enum Gunzip {
  /// Whether a file begins as gzip's do. Pipes are not looked into, as that would take bytes out of them.
  static func isNeeded(for path: String) -> Bool {
    guard FileStatus(path)?.isFile == true else { return false }
    let descriptor = System.open(path, O_RDONLY)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var start: [UInt8] = [0, 0]
    return System.read(descriptor, into: &start, from: 0) == 2 && start == [0x1F, 0x8B]
  }

  /// Unpacks a file; `body` reads what comes out of it, to the end.
  ///
  /// - Throws: `TRECFileError` for a file that is not whole or when there is no such program, and what `body` throws.
  static func withOutput<Result>(of path: String, _ body: (Int32) throws -> Result) throws -> Result {
    guard let program = program else {
      throw TRECFileError(
        file: path, found: "gzip-compressed bytes",
        expected: "the program 'gzip' to unpack them: there is no such program")
    }
    guard let input = FileHandle(forReadingAtPath: path) else {
      throw CommandError("\(path): \(System.errorText)")
    }
    let (process, output) = (Process(), Pipe())
    process.executableURL = program
    process.arguments = ["-dc"]
    process.standardInput = input
    process.standardOutput = output
    do { try process.run() } catch {
      throw CommandError("\(path): \(program.path) can't be started")
    }
    let result = Swift.Result { try body(output.fileHandleForReading.fileDescriptor) }
    // Closed before the wait, so that gzip ends too where the body has not read everything.
    try? output.fileHandleForReading.close()
    process.waitUntilExit()
    let value = try result.get()
    guard process.terminationStatus == 0 else {
      throw TRECFileError(
        file: path, found: "bytes that 'gzip -dc' can't unpack", expected: "a complete gzip file")
    }
    return value
  }

  private static var program: URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.lazy.map { "\($0)/gzip" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      .map { URL(fileURLWithPath: $0) }
  }
}
