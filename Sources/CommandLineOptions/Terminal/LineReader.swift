import Bytes

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The lines of a file or of standard input, as they come.
///
/// A line ends in LF or CR LF, the last one may lack it; a byte order mark at the beginning is skipped. Bytes
/// that are not UTF-8 become U+FFFD. No more is kept than has been read and not asked for.
public final class LineReader {
  /// What messages call the input.
  public let name: String
  /// Whether someone types the lines.
  public let isTerminal: Bool
  /// Lines handed out so far.
  public private(set) var lineCount = 0
  private let descriptor: Int32
  private let closesDescriptor: Bool
  private var buffer: [UInt8] = []
  /// Where in `buffer` the next line begins.
  private var start = 0
  /// How far `buffer` has been searched for a line end.
  private var searched = 0
  private var isAtEnd = false
  private var isAtBeginning = true
  private static let chunk = 1 << 16

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: `InputError`.
  public convenience init(path: String) throws(InputError) {
    guard path != "-" else {
      self.init(descriptor: STDIN_FILENO, name: "standard input")
      return
    }
    let descriptor = System.open(path, O_RDONLY)
    guard descriptor >= 0 else { throw InputError(input: path, reason: System.errorText) }
    self.init(descriptor: descriptor, name: path, closesDescriptor: true)
  }

  public init(descriptor: Int32, name: String, closesDescriptor: Bool = false) {
    self.descriptor = descriptor
    self.name = name
    self.closesDescriptor = closesDescriptor
    isTerminal = isatty(descriptor) == 1
  }

  deinit {
    if closesDescriptor { close(descriptor) }
  }

  /// Waits for a line, and returns it with those that came together with it; empty at the end.
  ///
  /// - Parameter limit: the most lines to return.
  /// - Throws: `InputError` when the input cannot be read.
  public func nextLines(limit: Int = .max) throws(InputError) -> [String] {
    var lines: [String] = []
    while true {
      while lines.count < limit, let line = bufferedLine() { lines.append(line) }
      if !lines.isEmpty || isAtEnd {
        lineCount += lines.count
        return lines
      }
      try read()
    }
  }

  private func bufferedLine() -> String? {
    let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n"))
    guard let end = end ?? (isAtEnd && start < buffer.count ? buffer.count : nil) else {
      searched = buffer.count
      return nil
    }
    var line = buffer[start..<end]
    start = min(end + 1, buffer.count)
    searched = start
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if isAtBeginning, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isAtBeginning = false
    return String(decoding: line, as: UTF8.self)
  }

  /// Reads what there is, once, and waits for it if need be.
  private func read() throws(InputError) {
    buffer.removeFirst(start)
    searched -= start
    start = 0
    let held = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: Self.chunk))
    let count = System.read(descriptor, into: &buffer, from: held)
    guard count >= 0 else {
      let reason = System.errorText
      buffer.removeLast(Self.chunk)
      throw InputError(input: name, reason: reason)
    }
    buffer.removeLast(Self.chunk - count)
    isAtEnd = count == 0
  }
}

/// Input that cannot be read.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
  public let input: String
  public let reason: String

  public init(input: String, reason: String) {
    self.input = input
    self.reason = reason
  }

  public var description: String { "cannot read \(input): \(reason)" }
}
