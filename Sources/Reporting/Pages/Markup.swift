/// A piece of HTML or SVG. It is well-formed XML, whatever the texts in it.
package struct Markup: Sendable, Equatable {
  package let source: String

  private init(source: String) { self.source = source }

  static let empty = Markup(source: "")

  /// A text, in which nothing is markup.
  static func text(_ text: String) -> Markup { Markup(source: escaped(text)) }

  /// An element; attributes without a value are left out.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ content: [Markup] = []
  ) -> Markup {
    var source = "<" + name
    for (key, value) in attributes {
      if let value { source += " \(key)=\"\(escaped(value))\"" }
    }
    source += content.isEmpty && Self.voidElements.contains(name) ? "/>" : ">"
    for piece in content { source += piece.source }
    if !content.isEmpty || !Self.voidElements.contains(name) { source += "</\(name)>" }
    return Markup(source: source)
  }

  /// An element that holds nothing but a text.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
  ) -> Markup {
    element(name, attributes, [.text(text)])
  }

  /// Style rules, which may hold no `<` and no `&`.
  static func style(_ rules: String) -> Markup {
    Markup(source: "<style>\n" + rules.filter { $0 != "<" && $0 != "&" } + "</style>")
  }

  static func + (left: Markup, right: Markup) -> Markup { Markup(source: left.source + right.source) }

  /// Those that HTML and SVG write without an end tag.
  private static let voidElements: Set<String> = [
    "meta", "br", "col", "path", "line", "rect", "circle", "polyline",
  ]

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      // XML has no way to write these.
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
