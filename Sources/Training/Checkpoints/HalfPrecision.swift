/// Conversions of the two 16-bit floating-point formats to `Float`, exact for every bit pattern. Written out because
/// `Float16` does not exist on every platform.
enum HalfPrecision {
  /// IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits.
  static func float(binary16 bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits) & 0x3FF
    switch exponent {
    case 0:
      // Zero and subnormals: fraction × 2⁻²⁴, which `Float` holds as a normal number.
      let magnitude = Float(fraction) * Float(bitPattern: 0x3380_0000)
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// bfloat16: the upper half of a `Float`.
  static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
