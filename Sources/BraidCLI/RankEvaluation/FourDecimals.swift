import Foundation

extension [UInt8] {
  /// Adds a number as C's `%6.4f` prints it.
  mutating func appendFourDecimals(_ value: Double) {
    guard value.isFinite else {
      // Processors make NaN with its sign set, and C shows the sign.
      append(contentsOf: (value.isNaN ? "  -nan" : value < 0 ? "  -inf" : "   inf").utf8)
      return
    }
    let scaled = value.magnitude * 10_000
    let whole = scaled.rounded(.down)
    // Where the product's own rounding could decide, the exact digits have to be looked at.
    guard scaled < 1e10, abs(scaled - whole - 0.5) > 1e-5 else {
      append(contentsOf: String(format: "%6.4f", value).utf8)
      return
    }
    let units = UInt64(scaled - whole > 0.5 ? whole + 1 : whole)
    if value.sign == .minus { append(UInt8(ascii: "-")) }
    append(contentsOf: String(units / 10_000).utf8)
    append(UInt8(ascii: "."))
    let fraction = units % 10_000
    for unit: UInt64 in [1000, 100, 10, 1] { append(0x30 + UInt8(fraction / unit % 10)) }
  }
}
