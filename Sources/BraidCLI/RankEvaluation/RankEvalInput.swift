import CommandLineOptions
import Evaluation
import Foundation

/// The bytes of judgements and runs, wherever they come from.
enum RankEvalInput {
  /// A file, what gzip unpacks of one, or standard input for `-`.
  static func bytes(_ path: String) throws -> TextBytes {
    if path == "-" { return try TextBytes.reading(STDIN_FILENO, name: "standard input") }
    guard isCompressed(path) else { return try TextBytes.file(path) }
    return try Gunzip.bytes(path)
  }

  static func judgements(_ path: String) throws -> EntryTable {
    let bytes = try bytes(path)
    let table = try EntryTable.judgements(in: JudgementObjects.lines(of: bytes) ?? bytes)
    try table.checkDuplicates()
    return table
  }

  static func run(_ path: String) throws -> EntryTable {
    let table = try EntryTable.run(in: bytes(path))
    try table.checkDuplicates()
    return table
  }

  /// Whether a file begins as gzip's do. Pipes are not looked into, as that would take bytes out of them.
  private static func isCompressed(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    guard let file = fopen(path, "rb") else { return false }
    defer { fclose(file) }
    return fgetc(file) == 0x1F && fgetc(file) == 0x8B
  }
}

/// The system's gzip program.
private enum Gunzip {
  static func bytes(_ path: String) throws -> TextBytes {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw RunError("\(path): \(String(cString: strerror(errno)))") }
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
    defer { close(ends[0]) }
    guard failure == 0 else {
      let reason = failure == ENOENT ? "there is no such program" : String(cString: strerror(failure))
      throw TRECFileError(
        file: path, found: "gzip-compressed bytes", expected: "the program 'gzip' to unpack them: \(reason)")
    }
    let result = Result { try TextBytes.reading(ends[0], name: path) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let bytes = try result.get()
    guard status == 0 else {
      throw TRECFileError(
        file: path, found: "bytes that 'gzip -dc' can't unpack", expected: "a complete gzip file")
    }
    return bytes
  }
}
