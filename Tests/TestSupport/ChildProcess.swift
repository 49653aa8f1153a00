#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program that a test starts and waits for.
///
/// Foundation's `Process` is not used: on Linux it copies directory entries beyond the end of the buffer they are in
/// (swift-corelibs-foundation pull request 5472; in the 6.3.1 toolchain), which ends a whole test run with signal 11 every now
/// and then.
package struct ChildProcess {
  /// What stands at an end of the program.
  package enum Stream {
    /// A file; for an output it is made, or emptied.
    case file(String)
    case descriptor(Int32)
  }

  private let identifier: pid_t

  /// - Parameters:
  ///   - environment: all of it.
  ///   - folder: where it runs; nil for the current folder.
  /// - Throws: `ChildProcessError`.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String], folder: String? = nil,
    input: Stream, output: Stream, messages: Stream
  ) throws(ChildProcessError) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (target, stream) in zip(STDIN_FILENO..., [input, output, messages]) {
      switch stream {
      case .descriptor(let source): posix_spawn_file_actions_adddup2(&actions, source, target)
      case .file(let path):
        let mode = target == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, target, path, mode, 0o644)
      }
    }
    // Tests that run in the background of a script have interrupts ignored, and would hand that on.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    // The C library's call that changes the folder is not shown to Swift.
    let command = folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0, path] } ?? [path]
    let words = (command + arguments).map { strdup($0) } + [nil]
    let settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, command[0], &actions, &attributes, words, settings)
    guard code == 0 else { throw ChildProcessError(path: path, reason: String(cString: strerror(code))) }
    self.identifier = identifier
  }

  /// Waits for the end.
  ///
  /// - Parameters:
  ///   - seconds: after which the program is killed.
  ///   - signal: sent as soon as `isDue` says so, which is asked again and again.
  /// - Returns: its exit status, or 128 + the signal that ended it, as a shell says; nil when it had to be killed.
  package func wait(
    seconds: Double, sending signal: Int32 = SIGINT, when isDue: () -> Bool = { false }
  ) -> Int32? {
    let begin = ContinuousClock.now
    var (isSignalled, isKilled) = (false, false)
    var status: Int32 = 0
    while waitpid(identifier, &status, WNOHANG) == 0 {
      if !isSignalled && isDue() {
        isSignalled = true
        kill(identifier, signal)
      }
      if !isKilled && (ContinuousClock.now - begin) / .seconds(1) > seconds {
        isKilled = true
        kill(identifier, SIGKILL)
      }
      usleep(1000)
    }
    if isKilled { return nil }
    let ending = status & 0x7f
    return ending == 0 ? (status >> 8) & 0xff : 128 + ending
  }
}

package struct ChildProcessError: Error, CustomStringConvertible, Sendable {
  let path: String
  let reason: String

  package var description: String { "\(path) could not be started: \(reason)" }
}
