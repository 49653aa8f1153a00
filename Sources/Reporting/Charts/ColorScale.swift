/// What the colours of a heat map mean.
package enum ColorScale: Sendable, Equatable {
  /// From orange at `-limit` over grey at 0 to blue at `limit`.
  case diverging(limit: Double)
  /// From the ground at 0 to blue at `limit`.
  case sequential(limit: Double)

  /// A diverging scale that reaches the value farthest from 0, rounded up to 1, 2 or 5 times a power of ten.
  package static func diverging(covering values: [Double]) -> ColorScale {
    let largest = values.filter(\.isFinite).map(abs).max() ?? 1
    return .diverging(limit: Axis.rounded(up: largest == 0 ? 1 : largest))
  }

  /// The shades on each side of the middle.
  static let shades = 10

  var limit: Double {
    switch self {
    case .diverging(let limit), .sequential(let limit): limit
    }
  }

  var least: Double {
    switch self {
    case .diverging(let limit): -limit
    case .sequential: 0
    }
  }

  /// The shade of a value, from `-shades` to `shades`.
  func shade(of value: Double) -> Int {
    let share = min(max(value / limit, least / limit), 1)
    return Int((share * Double(Self.shades)).rounded())
  }

  /// The class of a shade: `n10` … `n1`, `p0` … `p10`.
  static func name(of shade: Int) -> String { shade < 0 ? "n\(-shade)" : "p\(shade)" }

  /// The rules that a page needs to show shades.
  static var rules: String {
    func fills(_ ground: Color, negative: Color, positive: Color) -> String {
      (-shades...shades).map { shade in
        let end = shade < 0 ? negative : positive
        let share = Double(abs(shade)) / Double(shades)
        return ".\(name(of: shade)) { fill: \(ground.mixed(with: end, share: share)); }"
      }.joined(separator: " ")
    }
    let light = fills(
      Color(red: 238, green: 238, blue: 236), negative: Color(red: 196, green: 78, blue: 0),
      positive: Color(red: 0, green: 92, blue: 158))
    let dark = fills(
      Color(red: 46, green: 50, blue: 55), negative: Color(red: 255, green: 146, blue: 64),
      positive: Color(red: 98, green: 184, blue: 255))
    return "\(light)\n@media (prefers-color-scheme: dark) { \(dark) }\n"
  }

  private struct Color {
    var red: Double
    var green: Double
    var blue: Double

    func mixed(with other: Color, share: Double) -> String {
      let parts = [(red, other.red), (green, other.green), (blue, other.blue)].map { from, to in
        let digits = String(Int((from + (to - from) * share).rounded()), radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      return "#" + parts.joined()
    }
  }
}
