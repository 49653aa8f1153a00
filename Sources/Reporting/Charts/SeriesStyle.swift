/// How a line of a chart is drawn: one of seven colours, and one of three dashes once the colours are used up, so that 21
/// lines differ. `neutral` is the colour of the text, for what is not one among equals.
///
/// The colours were searched for: as far apart in OKLab as can be, from one another and from the text, to normal eyes and to
/// those with protanopia, deuteranopia or tritanopia (as Machado et al. 2009 simulate them), each with a contrast of at
/// least 3 to 1 with its ground.
package struct SeriesStyle: Sendable, Equatable {
  private let color: Int
  private let dash: Int

  package static let neutral = SeriesStyle(color: palette.count, dash: 0)

  /// The style of the series of this index, from 0.
  package init(_ index: Int) {
    self.init(
      color: index % Self.palette.count, dash: index / Self.palette.count % Self.dashes.count)
  }

  private init(color: Int, dash: Int) {
    self.color = color
    self.dash = dash
  }

  /// The classes of an element drawn this way.
  package var classes: String { "s\(color) d\(dash)" }

  /// A short line, for legends and tables.
  var swatch: Markup {
    .element(
      "svg", ["viewBox": "0 0 26 10", "width": "26", "height": "10", "aria-hidden": "true"],
      [.element("path", ["class": "line \(classes)", "d": "M1 5h24"])])
  }

  /// Colours on light and on dark ground.
  package static let palette: [(light: String, dark: String)] = [
    ("#4d5bf0", "#38a2fa"), ("#d40750", "#d22828"), ("#096c01", "#80e375"), ("#9f469e", "#a639c8"),
    ("#d97b16", "#df8024"), ("#3897ea", "#4f8889"), ("#939393", "#adaeaf"),
  ]

  private static let dashes = ["none", "7 4", "2 3"]

  /// The rules that a page needs to show lines.
  static var rules: String {
    func colors(_ shade: ((light: String, dark: String)) -> String) -> String {
      palette.enumerated().map { "--s\($0): \(shade($1));" }.joined(separator: " ")
        + " --s\(palette.count): var(--ink);"
    }
    let classes = (0...palette.count).map { ".s\($0) { stroke: var(--s\($0)); }" }.joined(separator: " ")
    let patterns = dashes.enumerated().map { ".d\($0) { stroke-dasharray: \($1); }" }.joined(separator: " ")
    return """
      :root { \(colors { $0.light }) }
      @media (prefers-color-scheme: dark) { :root { \(colors { $0.dark }) } }
      \(classes)
      \(patterns)
      .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
      .dots { fill: none; stroke-width: 2.6; stroke-linecap: round; stroke-dasharray: none; opacity: 0.35; }
      .marker { fill: none; stroke-width: 5; stroke-linecap: round; stroke-dasharray: none; }
      .mark { stroke: var(--faded); stroke-width: 1; stroke-dasharray: 3 3; }
      .tick { stroke: var(--rule); stroke-width: 1; }
      svg text { fill: var(--faded); font-size: 12px; font-variant-numeric: tabular-nums; }

      """
  }
}
