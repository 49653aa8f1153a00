#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Ctrl-C as a wish that is looked at between steps. A second one ends the process at once.
enum Interruption {
  /// The exit status of a run that was stopped and can be resumed.
  static let status: Int32 = 128 + SIGINT

  /// From here on SIGINT and SIGTERM are wishes. A signal that the parent had ignored stays so: a shell script's
  /// background jobs are not to be stopped by the Ctrl-C of another.
  static func listen() {
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      sigaction(signal, nil, &action)
      guard !isIgnored(action) else { continue }
      #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = { _ in Interruption.note() }
      #else
        action.__sigaction_handler.sa_handler = { _ in Interruption.note() }
      #endif
      // The handler serves once: then the signal has its usual effect again.
      action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND)) | SA_RESTART
      sigaction(signal, &action, nil)
      // A process that a worker thread of another has started inherits the thread's blocked signals.
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, signal)
      sigprocmask(SIG_UNBLOCK, &set, nil)
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
  }

  static var isWished: Bool { interruptionIsWished != 0 }

  /// Runs in a signal handler: nothing but a store and a system call.
  private static func note() {
    interruptionIsWished = 1
    let text: StaticString = "\nStopping after this step; Ctrl-C again stops at once, without saving.\n"
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}

nonisolated(unsafe) private var interruptionIsWished: sig_atomic_t = 0
