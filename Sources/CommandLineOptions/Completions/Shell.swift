/// A shell that completions can be made for.
public enum Shell: String, Sendable, CaseIterable {
  case bash
  case zsh
  case fish
}

extension CommandLineProgram {
  /// The script that teaches a shell to complete the program's commands, options and their values, made from the same
  /// declarations as `--help`.
  public func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletions
    case .zsh: zshCompletions
    case .fish: fishCompletions
    }
  }

  /// The words that may stand in a command's place.
  var topics: [(name: String, summary: String)] {
    commands.map { ($0.name, $0.summary) } + [("help", "Show how a command is used")]
  }
}

/// What can stand where a value is wanted.
enum CompletedValue {
  case files
  case names([String])
  /// A number or a text, of which the shell knows nothing.
  case unknown
}

extension OptionDeclaration {
  /// The name as it is offered: a flag that is on is offered turned off.
  var offeredName: String { (isFlag && defaultValue == .flag(true) ? "no-" : "") + name }

  /// Nil for a flag.
  var completedValue: CompletedValue? {
    switch kind {
    case .flag: nil
    case .path: .files
    case .choice(let names, _): .names(names)
    case .integer, .number, .text, .form: .unknown
    }
  }

  var brief: String { firstSentence(of: help) }
}

extension ArgumentDeclaration {
  var completedValue: CompletedValue { choices.isEmpty ? .files : .names(choices) }
}

extension Command {
  /// What the words are that are no options. Arguments of which some are names and some files are taken as names.
  var completedArguments: CompletedValue? {
    let names = arguments.flatMap(\.choices)
    return arguments.isEmpty ? nil : names.isEmpty ? .files : .names(names)
  }
}

/// Up to the first full stop, without it.
private func firstSentence(of text: String) -> String {
  var sentence = ""
  for word in text.split(separator: " ") {
    sentence += (sentence.isEmpty ? "" : " ") + word
    if word.hasSuffix(".") { return String(sentence.dropLast()) }
  }
  return sentence
}

/// The text in single quotes, as the Bourne shell and its kin read it.
func shellQuoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
