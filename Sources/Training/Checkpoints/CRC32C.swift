import Checksums

/// The checksum CRC-32C (Castagnoli), taken piece by piece. It tells every change of up to 32 neighbouring bits, and any
/// other but for one in four billion.
package struct CRC32C {
  private var state = ~UInt32(0)
  private static let hasInstructions = braid_crc32c_has_instructions()

  package init() {}

  package mutating func update(_ numbers: Span<some BitwiseCopyable & Numeric>) {
    // Both functions read just these bytes; numbers have none that mean nothing.
    state = unsafe numbers.withUnsafeBytes { bytes in
      unsafe Self.hasInstructions
        ? braid_crc32c_with_instructions(state, bytes.baseAddress, bytes.count)
        : braid_crc32c_with_tables(state, bytes.baseAddress, bytes.count)
    }
  }

  package var value: UInt32 { ~state }

  package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
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
