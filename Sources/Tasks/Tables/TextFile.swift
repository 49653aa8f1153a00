import Bytes
import Foundation

/// The bytes of files.
package enum TextFile {
  package struct ReadError: Error {
    /// What is wrong, as `no such file`.
    package var found: String
  }

  package static func bytes(of path: String) throws(ReadError) -> [UInt8] {
    let descriptor = System.open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw ReadError(found: errno == ENOENT ? "no such file" : System.errorText)
    }
    defer { close(descriptor) }
    // Some systems open `/dev/fd/N` at the place where N was left.
    lseek(descriptor, 0, SEEK_SET)
    guard let bytes = System.readToEnd(descriptor) else {
      throw ReadError(found: errno == EISDIR ? "a folder" : System.errorText)
    }
    return bytes
  }

  /// The UTF-8 bytes of a text file, without a byte order mark.
  static func load(_ path: String, encoding: TableLayout.Encoding) throws(DataError) -> [UInt8] {
    var bytes: [UInt8]
    do { bytes = try self.bytes(of: path) } catch {
      throw DataError(file: path, found: error.found, expected: "a file of rows")
    }
    if encoding == .latin1 { return latin1(bytes) }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw DataError(file: path, line: 1, found: "text in UTF-16", expected: "UTF-8")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if let offset = UTF8Check.firstInvalid(in: bytes) {
      throw DataError(
        file: path, line: UTF8Check.line(of: offset, in: bytes), found: UTF8Check.describe(offset, in: bytes),
        expected: "UTF-8; for ISO 8859-1 set encoding: \"latin-1\"")
    }
    return bytes
  }

  private static func latin1(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
      if byte < 0x80 {
        result.append(byte)
      } else {
        result.append(0xC0 | byte >> 6)
        result.append(0x80 | byte & 0x3F)
      }
    }
    return result
  }
}
