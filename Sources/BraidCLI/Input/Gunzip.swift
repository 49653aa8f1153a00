import Evaluation
import Foundation

/// The system's gzip program.
enum Gunzip {
  /// Whether a file begins as gzip's do. Pipes are not looked into, as that would take bytes out of them.
  static func isNeeded(for path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    guard let file = fopen(path, "rb") else { return false }
    defer { fclose(file) }
    return fgetc(file) == 0x1F && fgetc(file) == 0x8B
  }

  /// Unpacks a file; `body` reads what comes out of it, to the end.
  ///
  /// - Throws: `TRECFileError` for a file that is not whole or when there is no such program, and what `body` throws.
  static func withOutput<Result>(of path: String, _ body: (Int32) throws -> Result) throws -> Result {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw CommandError("\(path): \(String(cString: strerror(errno)))") }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])
    var arguments: [UnsafeMutablePointer<CChar>?] = ["gzip", "-dc"].map { (word: String) in
      strdup(word)
    }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, "gzip", &actions, nil, &arguments, nil)
    close(ends[1])
    guard failure == 0 else {
      close(ends[0])
      let reason = failure == ENOENT ? "there is no such program" : String(cString: strerror(failure))
      throw TRECFileError(
        file: path, found: "gzip-compressed bytes", expected: "the program 'gzip' to unpack them: \(reason)")
    }
    let result = Swift.Result { try body(ends[0]) }
    // Closed before the wait, so that gzip ends too where the body has not read everything.
    close(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let value = try result.get()
    guard status == 0 else {
      throw TRECFileError(
        file: path, found: "bytes that 'gzip -dc' can't unpack", expected: "a complete gzip file")
    }
    return value
  }
}
