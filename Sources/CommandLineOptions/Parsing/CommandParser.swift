import Wording

/// Reads the words after a command's name.
struct CommandParser {
  private let declarations: [OptionDeclaration]
  private let arguments: [ArgumentDeclaration]
  private var options = OptionValues()
  private var positional: [String] = []

  private init(_ command: Command) {
    declarations = command.options
    arguments = command.arguments
  }

  /// Whether the words ask for help, whatever else they say.
  static func asksForHelp(_ words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }

  /// - Returns: the options' values, and the arguments' by their names.
  static func parse(
    _ words: [String], for command: Command
  ) throws(UsageError) -> (options: OptionValues, arguments: [String: [String]]) {
    var parser = CommandParser(command)
    try parser.read(words)
    return (parser.options, try parser.shareOut())
  }

  private mutating func read(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positional += rest
        return
      } else if word.hasPrefix("--") {
        try readLong(word, &rest)
      } else if word.hasPrefix("-"), word.count > 1 {
        try readLetters(word, &rest)
      } else {
        positional.append(word)
      }
    }
  }

  /// `--name`, `--name value`, `--name=value`, `--no-name`.
  private mutating func readLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let written = parts[0]
    let inline = parts.count > 1 ? parts[1] : nil
    let name = String(written.dropFirst(2))
    if let option = declarations.first(where: { $0.answers(to: name) }) {
      try read(option, written: written, inline: inline, &rest)
    } else if name.hasPrefix("no-"),
      let flag = declarations.first(where: { $0.isFlag && $0.name == name.dropFirst(3) })
    {
      if let inline { throw .unwantedValue(written, found: inline) }
      try options.add(.flag(false), to: flag, at: "--\(flag.name)")
    } else {
      throw .unknownOption(written, suggestion: suggestion(for: name))
    }
  }

  /// `-n`, `-n value`, `-nvalue`, and several flags as `-abc`.
  private mutating func readLetters(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = declarations.first(where: { $0.letter == letter }) else {
        let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
        throw .unknownOption(word.count > 2 ? word : "-\(letter)", suggestion: suggestion(for: name))
      }
      if option.isFlag {
        try read(option, written: "-\(letter)", inline: nil, &rest)
      } else {
        let inline = letters.isEmpty ? nil : String(letters)
        return try read(option, written: "-\(letter)", inline: inline, &rest)
      }
    }
  }

  private mutating func read(
    _ option: OptionDeclaration, written: String, inline: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    let value: OptionValue
    if option.isFlag {
      if let inline { throw .unwantedValue(written, found: inline) }
      value = .flag(true)
    } else if let inline {
      value = try option.value(from: inline, at: written)
    } else if let next = rest.first, !looksLikeOption(next) {
      rest.removeFirst()
      value = try option.value(from: next, at: written)
    } else {
      throw .missingValue(written, placeholder: option.placeholder)
    }
    try options.add(value, to: option, at: written)
  }

  /// A word that starts with a dash is an option, not the value of the one before it; but `-` and negative
  /// numbers are values.
  private func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private func suggestion(for name: String) -> String? {
    let spellings =
      declarations.flatMap { option in
        [option.name, option.synonym, option.isFlag ? "no-\(option.name)" : nil].compactMap { $0 }
      } + ["help"]
    if let near = nearestName(to: name, among: spellings) { return "--\(near)" }
    let continued = spellings.filter { name.count > 2 && $0.hasPrefix(name) }
    return continued.count == 1 ? "--\(continued[0])" : nil
  }

  /// Gives each argument its share of the words: what it must have, and what is over to the first that
  /// takes more.
  private func shareOut() throws(UsageError) -> [String: [String]] {
    var words = positional[...]
    var result: [String: [String]] = [:]
    var needed = arguments.reduce(0) { $0 + $1.least }
    for argument in arguments {
      needed -= argument.least
      guard words.count >= argument.least else { throw .missingArgument(argument.name) }
      let over = max(words.count - argument.least - needed, 0)
      let count = argument.least + (argument.isMany ? over : min(over, 1 - argument.least))
      let values = Array(words.prefix(count))
      if !argument.choices.isEmpty, let wrong = values.first(where: { !argument.choices.contains($0) }) {
        throw .badValue(
          argument.name, expectation: alternatives(argument.choices), found: "'\(wrong)'",
          suggestion: nearestName(to: wrong, among: argument.choices))
      }
      result[argument.name] = values
      words = words.dropFirst(count)
    }
    if let extra = words.first { throw .unexpectedArgument(extra) }
    return result
  }
}
