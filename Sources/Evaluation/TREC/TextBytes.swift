import Bytes

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The bytes of a text: a file mapped into memory, or what came through a pipe.
package final class TextBytes: Sendable {
  private enum Storage {
    case bytes([UInt8])
    case file(FileMapping)
  }

  /// What messages call the text.
  package let name: String
  package let count: Int
  private let storage: Storage

  private init(name: String, count: Int, _ storage: Storage) {
    self.name = name
    self.count = count
    self.storage = storage
  }

  package convenience init(_ bytes: [UInt8], name: String) {
    self.init(name: name, count: bytes.count, .bytes(bytes))
  }

  /// Opens a file. What is not a regular file, such as a named pipe, is read to its end.
  package static func file(_ path: String) throws(TRECFileError) -> TextBytes {
    let descriptor = System.open(path, O_RDONLY)
    guard descriptor >= 0 else {
      let reason = errno == ENOENT ? "no such file" : System.errorText
      throw TRECFileError(file: path, found: reason, expected: "a file that can be read")
    }
    defer { close(descriptor) }
    let status = FileStatus(descriptor: descriptor)
    if status?.isFolder == true { throw TRECFileError(file: path, found: "a folder", expected: "a file") }
    if let status, status.isFile, let mapping = FileMapping(descriptor: descriptor, count: status.size) {
      return TextBytes(name: path, count: mapping.count, .file(mapping))
    }
    return try reading(descriptor, name: path)
  }

  /// Reads a file descriptor to its end.
  package static func reading(_ descriptor: Int32, name: String) throws(TRECFileError) -> TextBytes {
    guard let bytes = System.readToEnd(descriptor) else {
      let reason = errno == EISDIR ? "a folder" : System.errorText
      throw TRECFileError(file: name, found: reason, expected: "input that can be read")
    }
    return TextBytes(bytes, name: name)
  }

  /// Lends all bytes.
  package func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .bytes(let bytes): try body(bytes.span)
    case .file(let mapping): try mapping.withBytes(body)
    }
  }

  /// The number, from 1, of the line that an offset is in.
  package func line(at offset: Int) -> Int {
    withBytes { bytes in
      var line = 1
      for index in 0..<min(offset, count) where bytes[index] == UInt8(ascii: "\n") { line += 1 }
      return line
    }
  }

  /// Some of the bytes as text.
  package func text(_ range: Range<Int>) -> String { withBytes { ByteField(range).text(in: $0) } }
}
