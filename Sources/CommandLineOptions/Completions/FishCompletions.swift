extension CommandLineProgram {
  /// For `~/.config/fish/completions/NAME.fish`, or to be sourced.
  var fishCompletions: String {
    var text = "# Completions of \(name) for fish. In config.fish: \(name) completions fish | source\n"
    text += "complete -c \(name) -f\n"
    for topic in topics {
      text +=
        "complete -c \(name) -n __fish_use_subcommand -a \(topic.name) -d \(fishQuoted(topic.summary))\n"
    }
    text += "complete -c \(name) -s h -l help -d 'Show this help'\n"
    text += "complete -c \(name) -n __fish_use_subcommand -l version -d 'Show the version'\n"
    let names = topics.map(\.name).joined(separator: " ")
    text += "complete -c \(name) -n '__fish_seen_subcommand_from help' -a '\(names)'\n"
    for command in commands {
      let start = "complete -c \(name) -n '__fish_seen_subcommand_from \(command.name)'"
      for option in command.options {
        let letter = option.letter.map { " -s \($0)" } ?? ""
        let other = option.synonym.map { " -l \($0)" } ?? ""
        let value = option.completedValue?.fishOptions(isOption: true) ?? ""
        text += "\(start)\(letter) -l \(option.offeredName)\(other)\(value) -d \(fishQuoted(option.brief))\n"
      }
      if let arguments = command.completedArguments {
        text += "\(start)\(arguments.fishOptions(isOption: false))\n"
      }
    }
    return text
  }
}

extension CompletedValue {
  fileprivate func fishOptions(isOption: Bool) -> String {
    let required = isOption ? " -r" : ""
    return switch self {
    case .files: "\(required) -F"
    case .names(let names): "\(required) -f -a \(fishQuoted(names.joined(separator: " ")))"
    case .unknown: "\(required) -f"
    }
  }
}

/// In fish's single quotes a backslash and a quote are written with a backslash before them.
private func fishQuoted(_ text: String) -> String {
  var quoted = ""
  for character in text {
    if character == "\\" || character == "'" { quoted += "\\" }
    quoted.append(character)
  }
  return "'\(quoted)'"
}
