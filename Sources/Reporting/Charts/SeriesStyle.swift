/// How a line of a chart is drawn: one of seven colours, and one of three dashes once the colours are used up, so that 21
/// lines differ. `neutral` is the colour of the text, for what is not one among equals.
///
/// The hues are those of Okabe and Ito (2008), which stay apart in all common forms of colour blindness, made darker on
/// light ground and lighter on dark ground where they would be faint; its black and yellow, each invisible on one of the
/// grounds, are left out.
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
  package var swatch: Markup {
    .element(
      "svg", ["viewBox": "0 0 26 10", "width": "26", "height": "10", "aria-hidden": "true"],
      [.element("path", ["class": "line \(classes)", "d": "M1 5h24"])])
  }

  private static let palette: [(light: String, dark: String)] = [
    ("#0072b2", "#4aa3df"), ("#d55e00", "#e8742a"), ("#009e73", "#1fb88a"), ("#b8569a", "#d98bb8"),
    ("#c98a00", "#e6a817"), ("#3fa0dc", "#8fd0f5"), ("#5c6670", "#a9b2bb"),
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
      .dots { fill: none; stroke-width: 2.4; stroke-linecap: round; stroke-dasharray: none; opacity: 0.22; }
      .marker { fill: none; stroke-width: 5; stroke-linecap: round; stroke-dasharray: none; }
      .mark { stroke: var(--faded); stroke-width: 1; stroke-dasharray: 3 3; }
      .tick { stroke: var(--rule); stroke-width: 1; }
      svg text { fill: var(--faded); font-size: 12px; font-variant-numeric: tabular-nums; }

      """
  }
}
