import Checksums

/// The checksum CRC-32C (Castagnoli), taken piece by piece. It tells every change of up to 32 neighbouring bits, and any
/// other but for one in four billion.
package struct CRC32C {
  private var state = ~UInt32(0)
  private static let hasInstructions = braid_crc32c_has_instructions()

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    state =
      Self.hasInstructions
      ? braid_crc32c_with_instructions(state, base, bytes.count)
      : braid_crc32c_with_tables(state, base, bytes.count)
  }

  package var value: UInt32 { ~state }

  package static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32C()
    checksum.update(bytes)
    return checksum.value
  }
}

extension UInt32 {
  /// Eight hexadecimal digits.
  package var checksumText: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
