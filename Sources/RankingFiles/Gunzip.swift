import Bytes
import Evaluation
import Foundation

/// The system's gzip program.
package enum Gunzip {
  /// Whether a file begins as gzip's do. Pipes are not looked into, as that would take bytes out of them.
  package static func isNeeded(for path: String) -> Bool {
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
  package static func withOutput<Result>(of path: String, _ body: (Int32) throws -> Result) throws -> Result {
    var ends: [Int32] = [0, 0]
    // The system fills in both.
    guard unsafe pipe(&ends) == 0 else { throw RankingFileError("\(path): \(System.errorText)") }
    let (process, failure) = start(reading: path, writing: ends[1], closing: ends[0])
    close(ends[1])
    guard failure == 0 else {
      close(ends[0])
      errno = failure
      let reason = failure == ENOENT ? "there is no such program" : System.errorText
      throw TRECFileError(
        file: path, found: "gzip-compressed bytes", expected: "the program 'gzip' to unpack them: \(reason)")
    }
    let result = Swift.Result { try body(ends[0]) }
    // Closed before the wait, so that gzip ends too where the body has not read everything.
    close(ends[0])
    var status: Int32 = 0
    // The system fills in the status.
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    let value = try result.get()
    guard status == 0 else {
      throw TRECFileError(
        file: path, found: "bytes that 'gzip -dc' can't unpack", expected: "a complete gzip file")
    }
    return value
  }

  /// Starts the program with a file as its input and an end of a pipe as its output.
  ///
  /// Unsafe are C's structures and lists of texts: the system reads them during these calls alone, and each is given back
  /// where it was made.
  ///
  /// - Returns: the process, and 0 or what has failed.
  private static func start(
    reading path: String, writing end: Int32, closing other: Int32
  ) -> (process: pid_t, failure: Int32) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_addclose(&actions, other)
    unsafe posix_spawn_file_actions_addclose(&actions, end)
    let (name, option) = unsafe (strdup("gzip"), strdup("-dc"))
    defer {
      unsafe free(name)
      unsafe free(option)
    }
    var arguments = unsafe [name, option, nil]
    var process = pid_t()
    let failure = unsafe posix_spawnp(&process, "gzip", &actions, nil, &arguments, nil)
    return (process, failure)
  }
}
