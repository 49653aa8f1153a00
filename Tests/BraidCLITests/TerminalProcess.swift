import Foundation
import TestSupport

/// A run of `braid` with a terminal at all its ends, as a person has it.
final class TerminalProcess {
  private let process: ChildProcess
  private let terminal: FileHandle
  private var shown: [UInt8] = []

  /// Nil where the system gives no pseudo-terminal.
  init?(_ arguments: [String], in folder: URL) throws {
    guard let (main, other) = Self.openPseudoTerminal() else { return nil }
    terminal = FileHandle(fileDescriptor: main, closeOnDealloc: true)
    defer { close(other) }
    process = try ChildProcess(
      BraidProcess.executable().path, arguments,
      environment: ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }, folder: folder.path,
      input: .descriptor(other), output: .descriptor(other), messages: .descriptor(other))
  }

  /// The program's side last.
  private static func openPseudoTerminal() -> (Int32, Int32)? {
    let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard main >= 0 else { return nil }
    #if os(Linux)
      // What unlockpt and ptsname do, which the C library's module does not show to Swift.
      var (isLocked, number): (Int32, Int32) = (0, -1)
      let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
      guard ioctl(main, unlock, &isLocked) == 0, ioctl(main, getNumber, &number) == 0 else { return nil }
      let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    #else
      guard grantpt(main) == 0, unlockpt(main) == 0, let name = ptsname(main) else { return nil }
      let other = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    #endif
    return other >= 0 ? (main, other) : nil
  }

  func type(_ text: String) { terminal.write(Data(text.utf8)) }

  /// What has been shown since the last call, up to and with `end`. What was typed is shown too.
  func read(upTo end: String, seconds: Double = 20) -> String {
    let begin = ContinuousClock.now
    let wanted = Array(end.utf8)
    while ContinuousClock.now - begin < .seconds(seconds) {
      for start in shown.indices where shown[start...].starts(with: wanted) {
        let text = String(decoding: shown[..<(start + wanted.count)], as: UTF8.self)
        shown.removeFirst(start + wanted.count)
        return text
      }
      var state = pollfd(fd: terminal.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, 200) > 0 else { continue }
      var piece = [UInt8](repeating: 0, count: 4096)
      let count = Foundation.read(terminal.fileDescriptor, &piece, piece.count)
      guard count > 0 else { break }
      shown += piece[..<count]
    }
    defer { shown = [] }
    return String(decoding: shown, as: UTF8.self)
  }

  /// Ctrl-D, and the exit status.
  func end() -> Int32? {
    type("\u{04}")
    return process.wait(seconds: 60)
  }
}
