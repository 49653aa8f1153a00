import CommandLineOptions
import Foundation
import Wording

/// Numbers and texts in charts.
enum ChartText {
  /// A coordinate, to a tenth of a pixel. Never called with a number that is not finite.
  static func coordinate(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let whole = abs(tenths) / 10
    let digits = abs(tenths) % 10 == 0 ? "\(whole)" : "\(whole).\(abs(tenths) % 10)"
    return tenths < 0 ? "-" + digits : digits
  }

  /// A number with as many significant digits as tell it from its like: `0.7213`, `12,400`, `3.2e-5`.
  static func figure(_ value: Double, digits: Int = 4) -> String {
    number(value, digits: digits) { digits - 1 - max($0, -1) }
  }

  /// A number with so many significant digits, however small it is: `0.72`, `0.0012`, `3.2e-5`.
  static func significant(_ value: Double, digits: Int) -> String {
    number(value, digits: digits) { digits - 1 - $0 }
  }

  /// - Parameter decimals: of a number that is neither very large nor very small, by its power of ten.
  private static func number(_ value: Double, digits: Int, decimals: (_ exponent: Int) -> Int) -> String {
    guard value.isFinite else { return "-" }
    if value == 0 { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if exponent >= 7 || exponent < -4 { return scientific(value, digits: digits) }
    return decimal(value, decimals: max(0, decimals(exponent)))
  }

  /// A number on an axis by itself: a whole one without decimals.
  static func end(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e7 ? decimal(value, decimals: 0) : figure(value)
  }

  /// With this many decimals, and commas between thousands.
  static func decimal(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let digits = parts.first, digits.count > 3, let whole = Int(digits) else {
      return text.allSatisfy { "-0.".contains($0) } ? text.filter { $0 != "-" } : text
    }
    return ([grouped(whole)] + parts.dropFirst().map(String.init)).joined(separator: ".")
  }

  /// `2e-5`, `1.5e+8` without the plus and leading zeros.
  static func scientific(_ value: Double, digits: Int = 2) -> String {
    let text = String(format: "%.\(max(0, digits - 1))e", value)
    let parts = text.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
    var mantissa = String(parts[0])
    if mantissa.contains(".") {
      while mantissa.hasSuffix("0") { mantissa.removeLast() }
      if mantissa.hasSuffix(".") { mantissa.removeLast() }
    }
    return "\(mantissa)e\(exponent)"
  }

  /// About how wide a text is in a sans-serif font of this size, rather too wide than too narrow.
  static func width(_ text: String, size: Double) -> Double {
    var sum = 0.0
    for character in text {
      guard let byte = character.asciiValue else {
        sum += displayWidth(String(character)) == 2 ? 1.1 : 0.7
        continue
      }
      switch byte {
      case UInt8(ascii: "i"), UInt8(ascii: "j"), UInt8(ascii: "l"), UInt8(ascii: "."), UInt8(ascii: ","),
        UInt8(ascii: ":"), UInt8(ascii: "'"), UInt8(ascii: "|"), UInt8(ascii: " "), UInt8(ascii: "I"):
        sum += 0.34
      case UInt8(ascii: "f"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "-"), UInt8(ascii: "("),
        UInt8(ascii: ")"):
        sum += 0.43
      case UInt8(ascii: "m"), UInt8(ascii: "w"), UInt8(ascii: "M"), UInt8(ascii: "W"), UInt8(ascii: "@"),
        UInt8(ascii: "%"):
        sum += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"):
        sum += 0.79
      default: sum += 0.64
      }
    }
    return sum * size
  }

  /// The text, cut at its end with `…` if it would be wider.
  static func fitted(_ text: String, width limit: Double, size: Double) -> String {
    guard width(text, size: size) > limit else { return text }
    var result = text
    while !result.isEmpty, width(result + "…", size: size) > limit { result.removeLast() }
    return result + "…"
  }
}
