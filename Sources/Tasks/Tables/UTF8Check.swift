/// Whether bytes are well-formed UTF-8 (The Unicode Standard, table 3-7), and where they first are not.
enum UTF8Check {
  /// The offset of the first byte that begins no well-formed sequence, or nil.
  static func firstInvalid(in bytes: [UInt8]) -> Int? {
    let bytes = bytes.span
    var position = 0
    while position < bytes.count {
      let lead = bytes[position]
      if lead < 0x80 {
        position += 1
        continue
      }
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      case 0xF1...0xF3: length = 4
      default: return position
      }
      guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return position }
      for offset in 2..<max(length, 2) where bytes[position + offset] & 0xC0 != 0x80 { return position }
      position += length
    }
    return nil
  }

  /// The line, from 1, that holds the byte at `offset`.
  static func line(of offset: Int, in bytes: [UInt8]) -> Int {
    bytes[..<offset].reduce(into: 1) { line, byte in if byte == 0x0A { line += 1 } }
  }

  static func describe(_ offset: Int, in bytes: [UInt8]) -> String {
    let digits = String(bytes[offset], radix: 16, uppercase: true)
    return "the byte 0x\(digits)"
  }
}
