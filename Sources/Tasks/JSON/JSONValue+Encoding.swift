extension JSONValue {
  /// Strict JSON, indented by two spaces; a list of plain values stays on one line. Ends without a line break.
  package func encoded() -> String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  /// Strict JSON on one line.
  package func encodedLine() -> String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  private var isPlain: Bool {
    switch kind {
    case .list, .object: false
    default: true
    }
  }

  /// Without an indentation everything goes on one line.
  private func write(to text: inout String, indentation: Int?) {
    switch kind {
    case .null: text += "null"
    case .flag(let flag): text += flag ? "true" : "false"
    case .number(let number, _):
      // JSON has no infinity and no NaN.
      if let whole = integer ?? Int(exactly: number) {
        text += String(whole)
      } else {
        text += number.isFinite ? "\(number)" : "null"
      }
    case .text(let value): Self.write(value, to: &text)
    case .list(let values):
      let inner = values.allSatisfy(\.isPlain) ? nil : indentation.map { $0 + 2 }
      Self.write(values, between: ("[", "]"), to: &text, indentation: inner) { value, text in
        value.write(to: &text, indentation: inner)
      }
    case .object(let members):
      let inner = members.isEmpty ? nil : indentation.map { $0 + 2 }
      Self.write(members, between: ("{", "}"), to: &text, indentation: inner) { member, text in
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text, indentation: inner)
      }
    }
  }

  /// Elements with commas between them, each on a line of its own when there is an indentation.
  private static func write<Element>(
    _ elements: [Element], between brackets: (String, String), to text: inout String, indentation: Int?,
    element writeElement: (Element, inout String) -> Void
  ) {
    let lineBreak = indentation.map { "\n" + String(repeating: " ", count: $0) }
    text += brackets.0
    for (index, element) in elements.enumerated() {
      if index > 0 { text += lineBreak == nil ? ", " : "," }
      text += lineBreak ?? ""
      writeElement(element, &text)
    }
    if let indentation { text += "\n" + String(repeating: " ", count: indentation - 2) }
    text += brackets.1
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
