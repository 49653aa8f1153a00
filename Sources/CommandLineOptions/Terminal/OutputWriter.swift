import Bytes

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Text on its way to a file descriptor, gathered into large writes.
///
/// A terminal gets every line at once. Elsewhere text stays here until 64 KiB have come together or `flush`
/// is called. An error is kept and thrown by the next `flush`; what is written after it goes nowhere.
public final class OutputWriter {
  /// Whether the text is shown on a terminal.
  public let isTerminal: Bool
  private var buffer: [UInt8] = []
  private var failure: OutputError?
  private let deliver: ([UInt8]) throws(OutputError) -> Void
  private static let capacity = 1 << 16

  /// - Parameter name: what an error calls the output.
  public convenience init(descriptor: Int32, name: String) {
    self.init(isTerminal: isatty(descriptor) == 1) { bytes throws(OutputError) in
      try Self.writeAll(bytes, to: descriptor, name: name)
    }
  }

  /// Text that is handed to a function instead.
  public convenience init(_ receive: @escaping (String) -> Void) {
    self.init(isTerminal: false) { bytes throws(OutputError) in
      receive(String(decoding: bytes, as: UTF8.self))
    }
  }

  private init(isTerminal: Bool, deliver: @escaping ([UInt8]) throws(OutputError) -> Void) {
    self.isTerminal = isTerminal
    self.deliver = deliver
  }

  public static func standardOutput() -> OutputWriter {
    OutputWriter(descriptor: STDOUT_FILENO, name: "standard output")
  }

  public static func standardError() -> OutputWriter {
    OutputWriter(descriptor: STDERR_FILENO, name: "standard error")
  }

  public func write(_ text: String) { write(text.utf8) }

  /// Writes bytes as they are, be they text or not.
  public func write(_ bytes: some Collection<UInt8>) {
    guard failure == nil else { return }
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.capacity || (isTerminal && buffer.last == UInt8(ascii: "\n")) { deliverBuffer() }
  }

  /// Hands on what is held back.
  ///
  /// - Throws: `OutputError` when this or an earlier write failed.
  public func flush() throws(OutputError) {
    deliverBuffer()
    if let failure { throw failure }
  }

  private func deliverBuffer() {
    guard failure == nil, !buffer.isEmpty else { return }
    do {
      try deliver(buffer)
    } catch {
      failure = error
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func writeAll(
    _ bytes: [UInt8], to descriptor: Int32, name: String
  ) throws(OutputError) {
    guard !System.write(bytes.span, to: descriptor) else { return }
    throw errno == EPIPE ? .closedPipe : .failed(output: name, reason: System.errorText)
  }
}

/// Results that could not be delivered.
public enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The reader has gone: the end of the work, not a fault to report.
  case closedPipe
  case failed(output: String, reason: String)

  public var description: String {
    switch self {
    case .closedPipe: "the reader of the output has closed it"
    case .failed(let output, let reason): "cannot write to \(output): \(reason)"
    }
  }
}
