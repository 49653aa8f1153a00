#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is at the other end of a file descriptor.
public enum Terminal {
  /// The exit status that shells report for a program ended by a closed pipe.
  static let closedPipeStatus: Int32 = 128 + 13

  /// Whether the descriptor is a terminal that can move its cursor.
  public static func isInteractive(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && environment("TERM") != "dumb"
  }

  /// Columns of the terminal, nil when the descriptor is none.
  public static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    // The system fills in the structure that this request is for.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Columns for help: those of `COLUMNS` or of the terminal on standard output, at most 100; 80 when
  /// neither says.
  public static func helpWidth() -> Int { min(max(columns(), 40), 100) }

  /// Columns of `COLUMNS` or of the terminal on standard output; 80 when neither says.
  public static func columns() -> Int {
    environment("COLUMNS").flatMap { Int($0) } ?? width(of: STDOUT_FILENO) ?? 80
  }

  /// Lets the process end by the signal of a closed pipe, silently, as filters do, even where its parent
  /// ignores it.
  static func endQuietlyOnClosedPipes() {
    _ = signal(SIGPIPE, SIG_DFL)
  }

  static func environment(_ name: String) -> String? {
    // The environment's text ends in a zero, and nobody changes it while it is copied.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
