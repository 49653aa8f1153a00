#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Numbers in a file, read to the same value as C's `atof` and `atol` do; but a field that holds anything else
/// than a number is nil where those return 0 or read its beginning.
extension ByteField {
  /// A decimal number, or an infinite one. NaN comes back as such.
  var number: Double? {
    var position = start
    let end = start + count
    let isNegative = position < end && position.pointee == UInt8(ascii: "-")
    if position < end, isNegative || position.pointee == UInt8(ascii: "+") { position += 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    var isFraction = false
    while position < end {
      let byte = position.pointee
      let digit = byte &- 0x30
      if digit < 10 {
        // Zeros in front are no digits.
        if digits > 0 || digit > 0 { digitCount += 1 }
        guard digitCount <= 19 else { return slowNumber }
        digits = digits &* 10 &+ UInt64(digit)
        if isFraction { exponent -= 1 }
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        return slowNumber
      }
      position += 1
    }
    // Exact as long as the digits and the power of ten are both exact numbers.
    guard digits < 1 << 53, exponent >= -22, digits > 0 || exponent < 0 || isPlainZero else {
      return slowNumber
    }
    let value = Double(digits) / Self.powersOfTen[-exponent]
    return isNegative ? -value : value
  }

  /// A whole number of 32 bits; `1.0` is one.
  var wholeNumber: Int32? {
    var position = start
    let end = start + count
    let isNegative = position < end && position.pointee == UInt8(ascii: "-")
    if position < end, isNegative || position.pointee == UInt8(ascii: "+") { position += 1 }
    var value = 0
    let first = position
    while position < end, position.pointee &- 0x30 < 10 {
      value = value * 10 + Int(position.pointee &- 0x30)
      guard value <= Int(Int32.max) else { return nil }
      position += 1
    }
    guard position > first else { return nil }
    if position < end, position.pointee == UInt8(ascii: ".") {
      position += 1
      while position < end, position.pointee == UInt8(ascii: "0") { position += 1 }
    }
    return position == end ? Int32(isNegative ? -value : value) : nil
  }

  private var isPlainZero: Bool {
    (0..<count).contains { start[$0] == UInt8(ascii: "0") }
  }

  /// By way of the C library.
  private var slowNumber: Double? {
    // Longer than any number's exact decimal digits.
    guard count > 0, count < 2000, !isHexadecimal else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
      for index in 0..<count { copy[index] = CChar(bitPattern: start[index]) }
      copy[count] = 0
      guard let base = copy.baseAddress else { return nil }
      var stop: UnsafeMutablePointer<CChar>?
      let value = strtod(base, &stop)
      return stop == base + count ? value : nil
    }
  }

  private var isHexadecimal: Bool {
    (0..<count).contains { start[$0] | 0x20 == UInt8(ascii: "x") }
  }

  private static let powersOfTen: [Double] = (0...22).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}
