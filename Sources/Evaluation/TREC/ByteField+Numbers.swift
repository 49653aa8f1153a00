/// Numbers in a file, read to the same value as C's `atof` and `atol` do; but a field that holds anything else
/// than a number is nil where those return 0 or read its beginning.
extension ByteField {
  /// A decimal number, or an infinite one. NaN comes back as such.
  func number(in text: Span<UInt8>) -> Double? {
    precondition(0 <= start && end <= text.count, "a field beyond the text")
    var place = start
    let isNegative = place < end && text[place] == UInt8(ascii: "-")
    if place < end, isNegative || text[place] == UInt8(ascii: "+") { place += 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    var isFraction = false
    while place < end {
      let byte = text[place]
      let digit = byte &- 0x30
      if digit < 10 {
        // Zeros in front are no digits.
        if digits > 0 || digit > 0 { digitCount += 1 }
        guard digitCount <= 19 else { return slowNumber(in: text) }
        digits = digits &* 10 &+ UInt64(digit)
        if isFraction { exponent -= 1 }
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        return slowNumber(in: text)
      }
      place += 1
    }
    // Exact as long as the digits and the power of ten are both exact numbers.
    guard digits < 1 << 53, exponent >= -22,
      digits > 0 || exponent < 0 || range.contains(where: { text[$0] == UInt8(ascii: "0") })
    else { return slowNumber(in: text) }
    let value = Double(digits) / Self.powersOfTen[-exponent]
    return isNegative ? -value : value
  }

  /// A whole number of 32 bits; `1.0` is one.
  func wholeNumber(in text: Span<UInt8>) -> Int32? {
    var place = start
    let isNegative = place < end && text[place] == UInt8(ascii: "-")
    if place < end, isNegative || text[place] == UInt8(ascii: "+") { place += 1 }
    var value = 0
    let first = place
    while place < end, text[place] &- 0x30 < 10 {
      value = value * 10 + Int(text[place] &- 0x30)
      guard value <= Int(Int32.max) else { return nil }
      place += 1
    }
    guard place > first else { return nil }
    if place < end, text[place] == UInt8(ascii: ".") {
      place += 1
      while place < end, text[place] == UInt8(ascii: "0") { place += 1 }
    }
    return place == end ? Int32(isNegative ? -value : value) : nil
  }

  /// Any other spelling, rounded to the nearest.
  private func slowNumber(in text: Span<UInt8>) -> Double? {
    // Longer than any number's exact decimal digits.
    guard count > 0, count < 2000, !range.contains(where: { text[$0] | 0x20 == UInt8(ascii: "x") }) else {
      return nil
    }
    return Double(self.text(in: text))
  }

  private static let powersOfTen: [Double] = (0...22).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}
