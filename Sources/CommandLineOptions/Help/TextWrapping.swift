/// The text in lines of at most `width` columns, broken at spaces. A word that is wider has a line of its
/// own.
///
/// - Parameters:
///   - first: what the first line starts with.
///   - hanging: what the other lines start with.
func wrapped(_ text: String, width: Int, first: String = "", hanging: String = "") -> String {
  var lines: [String] = []
  var line = first
  var isEmpty = true
  for word in text.split(separator: " ") {
    if !isEmpty, displayWidth(line) + 1 + displayWidth(word) > width {
      lines.append(line)
      line = hanging
      isEmpty = true
    }
    line += isEmpty ? word : " " + word
    isEmpty = false
  }
  let text = (lines + [line]).joined(separator: "\n")
  return String(text.map { $0 == noBreakSpace ? " " : $0 })
}

/// The text with spaces at which `wrapped` breaks no line.
func unbreakable(_ text: String) -> String {
  String(text.map { $0 == " " ? noBreakSpace : $0 })
}

private let noBreakSpace: Character = "\u{A0}"
