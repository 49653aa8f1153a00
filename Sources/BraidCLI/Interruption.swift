import Synchronization

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
  ///
  /// - Parameter saves: whether something is lost by stopping at once, which is then said.
  static func listen(saves: Bool = true) {
    // Made here, and not first in the handler.
    _ = isWished
    isSaving.store(saves, ordering: .relaxed)
    for signal in [SIGINT, SIGTERM] {
      // Here and below the system reads structures or fills them in during the call, and keeps no address of them. The
      // handler has no context, and touches nothing but an atomic number and a constant text.
      var action = sigaction()
      unsafe sigaction(signal, nil, &action)
      guard !isIgnored(action) else { continue }
      #if canImport(Darwin)
        unsafe action.__sigaction_u.__sa_handler = { _ in Interruption.note() }
      #else
        unsafe action.__sigaction_handler.sa_handler = { _ in Interruption.note() }
      #endif
      // The handler serves once: then the signal has its usual effect again.
      action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND)) | SA_RESTART
      unsafe sigaction(signal, &action, nil)
      // A process that a worker thread of another has started inherits the thread's blocked signals.
      var set = sigset_t()
      unsafe sigemptyset(&set)
      unsafe sigaddset(&set, signal)
      unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
      let handler = unsafe action.__sigaction_u.__sa_handler
    #else
      let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    // Functions can't be compared; their addresses can, and are not called.
    return unsafe unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
  }

  static var isWished: Bool { wish.load(ordering: .relaxed) }

  private static let wish = Atomic(false)
  private static let isSaving = Atomic(true)

  /// Runs in a signal handler: nothing but a store and a system call.
  private static func note() {
    wish.store(true, ordering: .relaxed)
    let text: StaticString =
      isSaving.load(ordering: .relaxed)
      ? "\nStopping after this step; Ctrl-C again stops at once, without saving.\n"
      : "\nStopping after this step; Ctrl-C again stops at once.\n"
    // A constant of the program, with its length: in a signal handler nothing may be allocated.
    _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
