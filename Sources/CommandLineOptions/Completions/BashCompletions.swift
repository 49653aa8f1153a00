extension CommandLineProgram {
  /// Works with the bash of macOS too, which is version 3.2. Where the function finds nothing bash completes file names.
  var bashCompletions: String {
    let topics = topics.map(\.name).joined(separator: " ")
    var text = """
      # Completions of \(name) for bash. In ~/.bashrc: source <(\(name) completions bash)
      _\(name)() {
        local word="${COMP_WORDS[COMP_CWORD]}" previous="" names=""
        if [ "$COMP_CWORD" -gt 0 ]; then previous="${COMP_WORDS[COMP_CWORD-1]}"; fi
        # Bash hands on --name=value as three words.
        if [ "$word" = "=" ]; then
          word=""
        elif [ "$previous" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then
          previous="${COMP_WORDS[COMP_CWORD-2]}"
        fi
        COMPREPLY=()
        if [ "$COMP_CWORD" -le 1 ]; then
          COMPREPLY=($(compgen -W "\(topics) --help --version" -- "$word"))
          return
        fi
        case "${COMP_WORDS[1]}" in
          help) names="\(topics)" ;;

      """
    for command in commands { text += bashCase(of: command) }
    return text + """
        esac
        if [ -n "$names" ]; then COMPREPLY=($(compgen -W "$names" -- "$word")); fi
      }
      complete -o bashdefault -o default -F _\(name) \(name)

      """
  }

  private func bashCase(of command: Command) -> String {
    var files: [String] = []
    var unknown: [String] = []
    var values = ""
    for option in command.options {
      switch option.completedValue {
      case .files: files += option.bashSpellings
      case .unknown: unknown += option.bashSpellings
      case .names(let names):
        values += "        \(option.bashSpellings.joined(separator: "|"))) "
        values += "names=\"\(names.joined(separator: " "))\" ;;\n"
      case nil: break
      }
    }
    if !files.isEmpty { values += "        \(files.joined(separator: "|"))) return ;;\n" }
    if !unknown.isEmpty {
      values += "        \(unknown.joined(separator: "|"))) compopt +o default 2>/dev/null; return ;;\n"
    }
    let options = (command.options.map { "--\($0.offeredName)" } + ["--help"]).joined(separator: " ")
    var arguments = ""
    if case .names(let names)? = command.completedArguments {
      arguments = "            *) names=\"\(names.joined(separator: " "))\" ;;\n"
    }
    return """
          \(command.name))
            case "$previous" in
      \(values)        *)
                case "$word" in
                  -*) names="\(options)" ;;
      \(arguments)          esac ;;
            esac ;;

      """
  }
}

extension OptionDeclaration {
  fileprivate var bashSpellings: [String] {
    ["--\(name)"] + (synonym.map { ["--\($0)"] } ?? []) + (letter.map { ["-\($0)"] } ?? [])
  }
}
