/// A text as it stands in a message: in quotes, shortened, with line breaks and control characters made
/// visible.
package func quoted(_ text: String, limit: Int = 60) -> String {
  var result = "\""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else { return result + "…\"" }
    count += 1
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// `"a", "b" or "c"`, cut after `limit` names.
package func listed(_ names: [String], limit: Int = 12, conjunction: String = "or") -> String {
  var words = names.prefix(limit).map { quoted($0) }
  if names.count > limit { words.append("\(names.count - limit) others") }
  guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

/// `'a', 'b' or 'c'`, as words that one types on a command line.
package func alternatives(_ names: [String]) -> String {
  let quoted = names.map { "'\($0)'" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "nothing" }
  return quoted.dropLast().joined(separator: ", ") + " or " + last
}
