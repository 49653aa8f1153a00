/// What this library adds to the metadata of its own files, so that damage is noticed. Other readers see three texts more.
///
/// | key | value |
/// | --- | --- |
/// | `braid.format` | the version of this table |
/// | `braid.tensors` | CRC-32C of the bytes of each tensor, in the order of the data |
/// | `braid.header` | CRC-32C of everything before the data, with zeros for these eight digits |
///
/// Every version keeps the last, so that a file of a newer one is told from one that is damaged.
struct SafetensorsChecksums: Sendable {
  /// In the order of the data.
  let tensors: [UInt32]

  static let format = 1
  private static let formatKey = "braid.format"
  private static let tensorsKey = "braid.tensors"
  private static let headerKey = "braid.header"

  static func isOwn(_ key: String) -> Bool { [formatKey, tensorsKey, headerKey].contains(key) }

  init(tensors: [UInt32]) { self.tensors = tensors }

  // MARK: Writing

  /// To be written among the metadata; the header's own checksum is still zeros.
  var metadata: [String: String] {
    [
      Self.formatKey: "\(Self.format)", Self.tensorsKey: tensors.map(\.checksumText).joined(separator: " "),
      Self.headerKey: UInt32(0).checksumText,
    ]
  }

  /// Enters the checksum of everything before the data.
  ///
  /// - Parameter bytes: the header with its length before it.
  static func seal(_ bytes: inout [UInt8]) {
    guard let digits = digits(in: bytes) else { return }
    bytes.replaceSubrange(digits, with: checksum(of: bytes, digits: digits).checksumText.utf8)
  }

  // MARK: Reading

  /// - Parameters:
  ///   - start: everything before the data.
  ///   - metadata: as the header has it.
  ///   - count: of tensors.
  /// - Returns: nil for a file of another program.
  /// - Throws: `SafetensorsError` for a header that is damaged, or of a newer version.
  init?(start: [UInt8], metadata: [String: String], count: Int, file: String) throws(SafetensorsError) {
    guard metadata.keys.contains(where: Self.isOwn) else { return nil }
    guard let format = metadata[Self.formatKey], let list = metadata[Self.tensorsKey],
      let own = metadata[Self.headerKey], let digits = Self.digits(in: start)
    else { throw SafetensorsError(file: file, "the header is damaged: some of its checksums are missing") }
    let found = Self.checksum(of: start, digits: digits).checksumText
    guard found == own else {
      throw SafetensorsError(
        file: file, "the header is damaged: its checksum is \(found), the file says \(own)")
    }
    guard let version = Int(format), version <= Self.format else {
      throw SafetensorsError(
        file: file,
        "a newer version of Braid has written this (format \(format), this one knows up to \(Self.format)):"
          + " update Braid to read it")
    }
    let checksums = list.split(separator: " ").map { UInt32($0, radix: 16) }
    tensors = checksums.compactMap { $0 }
    guard checksums.count == count, tensors.count == count else {
      throw SafetensorsError(file: file, "the header has \(checksums.count) checksums for \(count) tensors")
    }
  }

  /// Where the digits of the header's own checksum are.
  private static func digits(in bytes: [UInt8]) -> Range<Int>? {
    let key = Array("\"\(headerKey)\":".utf8)
    var first = 0
    while first + key.count + 10 <= bytes.count {
      if bytes[first] == key[0], bytes[first..<first + key.count].elementsEqual(key) {
        let value = bytes[(first + key.count)...].drop { $0 == UInt8(ascii: " ") }
        let digits = value.startIndex + 1..<value.startIndex + 9
        guard value.first == UInt8(ascii: "\""), digits.upperBound < bytes.count,
          bytes[digits.upperBound] == UInt8(ascii: "\"")
        else { return nil }
        return digits
      }
      first += 1
    }
    return nil
  }

  private static func checksum(of bytes: [UInt8], digits: Range<Int>) -> UInt32 {
    var blank = bytes
    for index in digits { blank[index] = UInt8(ascii: "0") }
    return CRC32C.checksum(of: blank.span)
  }
}
