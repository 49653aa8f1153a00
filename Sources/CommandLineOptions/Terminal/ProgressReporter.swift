#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Shows how far a run has come: on a terminal one line that is drawn again and again, elsewhere a plain
/// line now and then.
public final class ProgressReporter {
  private let write: (String) -> Void
  private let width: (() -> Int)?
  private let now: () -> Double
  private let interval: Double
  private var lastTime: Double?
  private var lastEpoch: Int?
  private var isLineDrawn = false
  private var latest: ProgressState?

  /// Reports to standard error.
  ///
  /// - Parameter logInterval: seconds between plain lines where standard error is not a terminal.
  public convenience init(logInterval: Double) {
    let writer = OutputWriter.standardError()
    let isTerminal = Terminal.isInteractive(STDERR_FILENO)
    self.init(
      width: isTerminal ? { Terminal.width(of: STDERR_FILENO) ?? 80 } : nil, logInterval: logInterval,
      now: Self.monotonicSeconds,
      write: { text in
        writer.write(text)
        // A progress line that cannot be shown is no reason to stop the work.
        try? writer.flush()
      })
  }

  /// - Parameters:
  ///   - width: columns of the terminal, asked for before each drawing; nil where there is no terminal.
  ///   - logInterval: seconds between plain lines where there is none.
  ///   - now: seconds since any fixed time.
  ///   - write: takes the text.
  public init(
    width: (() -> Int)?, logInterval: Double, now: @escaping () -> Double, write: @escaping (String) -> Void
  ) {
    self.width = width
    self.now = now
    self.write = write
    interval = width == nil ? logInterval : 0.1
  }

  /// Shows the state if it is time to: at most ten times a second on a terminal, elsewhere once in
  /// `logInterval` seconds and when an epoch begins.
  public func update(_ state: ProgressState) {
    latest = state
    let time = now()
    let isDue = lastTime.map { time - $0 >= interval } ?? true
    guard isDue || (width == nil && state.epoch != lastEpoch) else { return }
    lastTime = time
    lastEpoch = state.epoch
    draw(state)
  }

  /// Prints lines of text, above the progress line where there is one.
  public func print(_ text: String) {
    clear()
    write(text + "\n")
    if width != nil, let latest { draw(latest) }
  }

  /// Takes the progress line away; what is printed next starts on a clean line.
  public func finish() {
    clear()
    latest = nil
  }

  private func draw(_ state: ProgressState) {
    guard let width else {
      write(state.logLine + "\n")
      return
    }
    // The last column stays free: some terminals wrap when it is filled.
    write("\r" + state.line(width: max(width() - 1, 0)) + "\u{1B}[K")
    isLineDrawn = true
  }

  private func clear() {
    guard isLineDrawn else { return }
    write("\r\u{1B}[K")
    isLineDrawn = false
  }

  private static let firstInstant = ContinuousClock.now

  private static func monotonicSeconds() -> Double {
    (ContinuousClock.now - firstInstant) / .seconds(1)
  }
}
