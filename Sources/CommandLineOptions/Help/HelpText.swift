/// The text of `--help`.
extension Command {
  /// - Parameters:
  ///   - program: the program's name, before the command's.
  ///   - width: columns that a line may take.
  public func help(program: String, width: Int) -> String {
    var text = wrapped(summary + ".", width: width) + "\n\n"
    let usage = (["Usage: \(program) \(name)", "[options]"] + arguments.map(\.usage)).joined(separator: " ")
    text += wrapped(usage, width: width, hanging: "       ") + "\n"
    for paragraph in discussion { text += "\n" + wrapped(paragraph, width: width) + "\n" }
    let sections =
      [HelpSection("Arguments", arguments.map { ($0.isMany ? "\($0.name)…" : $0.name, $0.helpText) })]
      + groups.map { HelpSection($0.title, $0.options.map { ($0.helpTerm, $0.helpText) }) }
      + [HelpSection("Help", [("-h, --help", "Show this help.")])]
    text += HelpSection.render(sections, width: width)
    if !examples.isEmpty {
      text += "\nExamples:\n"
      for example in examples {
        text += "  \(example.line)\n"
        text += wrapped(example.meaning, width: width, first: "      ", hanging: "      ") + "\n"
      }
    }
    return text
  }
}

extension CommandLineProgram {
  /// The list of commands.
  public func help(width: Int) -> String {
    var text = wrapped(summary, width: width) + "\n\n"
    text += "Usage: \(name) COMMAND [options] [arguments]\n"
    let listed =
      commands.map { ($0.name, $0.summary + ".") } + [("help COMMAND", "Show how a command is used.")]
    text += HelpSection.render(
      [
        HelpSection("Commands", listed),
        HelpSection("Options", [("-h, --help", "Show this help."), ("--version", "Show the version.")]),
      ], width: width)
    if let closing { text += "\n" + wrapped(closing, width: width) + "\n" }
    return text
  }
}

extension ArgumentDeclaration {
  fileprivate var helpText: String {
    choices.isEmpty ? help : "\(help) One of: \(choices.joined(separator: ", "))."
  }
}

extension OptionDeclaration {
  fileprivate var helpTerm: String {
    let short = letter.map { "-\($0), " } ?? ""
    let other = synonym.map { ", --\($0)" } ?? ""
    return short + "--\(offeredName)" + other + (placeholder.isEmpty ? "" : " \(placeholder)")
  }

  fileprivate var helpText: String {
    var text = help
    if case .choice(let names, _) = kind { text += " One of: \(names.joined(separator: ", "))." }
    if repeats { text += " May be given several times." }
    let shown = defaultShown ?? defaultValue?.shown ?? ""
    guard !shown.isEmpty else { return text }
    let note = "(default: \(shown))"
    return text + " " + (note.count <= 30 ? unbreakable(note) : note)
  }
}

/// A titled list of terms and their meanings.
private struct HelpSection {
  let title: String
  let entries: [(term: String, meaning: String)]

  init(_ title: String, _ entries: [(String, String)]) {
    self.title = title
    self.entries = entries.map { (term: $0.0, meaning: $0.1) }
  }

  /// All sections with their meanings in one column. A term too long for its column has its meaning on the
  /// next line.
  static func render(_ sections: [HelpSection], width: Int) -> String {
    let longest = 26
    let terms = sections.flatMap(\.entries).map { displayWidth($0.term) }.filter { $0 <= longest }
    let column = 2 + (terms.max() ?? 0) + 2
    let indent = String(repeating: " ", count: column)
    var text = ""
    for section in sections where !section.entries.isEmpty {
      text += "\n\(section.title):\n"
      for entry in section.entries {
        let term = "  \(entry.term)"
        let gap = column - displayWidth(term)
        if gap >= 2 {
          let first = term + String(repeating: " ", count: gap)
          text += wrapped(entry.meaning, width: width, first: first, hanging: indent) + "\n"
        } else {
          text += term + "\n" + wrapped(entry.meaning, width: width, first: indent, hanging: indent) + "\n"
        }
      }
    }
    return text
  }
}
