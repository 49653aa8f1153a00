extension JSONValue {
  /// Strict JSON, indented by two spaces; a list of plain values stays on one line. Ends without a line
  /// break.
  package func encoded() -> String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  private var isPlain: Bool {
    switch kind {
    case .list, .object: false
    default: true
    }
  }

  private func write(to text: inout String, indentation: Int) {
    switch kind {
    case .null: text += "null"
    case .flag(let flag): text += flag ? "true" : "false"
    case .number(let number, _):
      // JSON has no infinity and no NaN.
      if let whole = Int(exactly: number) {
        text += String(whole)
      } else {
        text += number.isFinite ? "\(number)" : "null"
      }
    case .text(let value): Self.write(value, to: &text)
    case .list(let values):
      let separator =
        values.allSatisfy(\.isPlain) ? nil : "\n" + String(repeating: " ", count: indentation + 2)
      text += "["
      for (index, value) in values.enumerated() {
        text += index == 0 ? (separator ?? "") : "," + (separator ?? " ")
        value.write(to: &text, indentation: indentation + 2)
      }
      if separator != nil { text += "\n" + String(repeating: " ", count: indentation) }
      text += "]"
    case .object(let members):
      guard !members.isEmpty else {
        text += "{}"
        return
      }
      text += "{"
      for (index, member) in members.enumerated() {
        text += (index == 0 ? "\n" : ",\n") + String(repeating: " ", count: indentation + 2)
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text, indentation: indentation + 2)
      }
      text += "\n" + String(repeating: " ", count: indentation) + "}"
    }
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
