/// How numbers are spelled.
enum JSONNumber {
  /// The value of an unsigned number, or nil: also what `Double(_:)` reads but JSON5 does not, as `nan` and
  /// `0x1p3`.
  static func magnitude(_ body: String) -> Double? {
    if body == "Infinity" { return .infinity }
    if body == "NaN" { return .nan }
    if body.hasPrefix("0x") || body.hasPrefix("0X") {
      return UInt64(body.dropFirst(2), radix: 16).map { Double($0) }
    }
    let characters = body.utf8
    guard characters.contains(where: isDigit),
      characters.allSatisfy({ isDigit($0) || [0x65, 0x45, 0x2B, 0x2D, 0x2E].contains($0) })
    else { return nil }
    // JSON5 allows a bare point before or after the digits.
    var normalised = body.hasPrefix(".") ? "0" + body : body
    if let point = normalised.utf8.firstIndex(of: UInt8(ascii: ".")) {
      let next = normalised.utf8.index(after: point)
      if next == normalised.utf8.endIndex || !isDigit(normalised.utf8[next]) {
        normalised.insert("0", at: next)
      }
    }
    return Double(normalised)
  }

  /// Whether a number is spelled as JSON has it: no plus sign, no leading zeros, digits around the point.
  static func isStrict(_ spelling: ArraySlice<UInt8>) -> Bool {
    var rest = spelling.first == UInt8(ascii: "-") ? spelling.dropFirst() : spelling
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let wholeDigits = takeDigits()
    guard wholeDigits == 1 || (wholeDigits > 1 && !startsWithZero) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
