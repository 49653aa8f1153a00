extension CommandLineProgram {
  /// For a file `_NAME` in a folder of `$fpath`, or to be sourced.
  var zshCompletions: String {
    let described = topics.map { shellQuoted("\($0.name):\($0.summary)") }
    var text = """
      #compdef \(name)
      # Completions of \(name) for zsh. In ~/.zshrc, after compinit: source <(\(name) completions zsh)
      _\(name)() {
        local curcontext="$curcontext" state line
        typeset -A opt_args
        _arguments -C '(- *)'{-h,--help}'[Show this help]' '(- *)--version[Show the version]' \\
          '1: :->command' '*:: :->arguments' && return
        case $state in
          command)
            local -a topics
            topics=(
              \(described.joined(separator: "\n        "))
            )
            _describe -t commands command topics ;;
          arguments)
            case $words[1] in
              help) _values command \(topics.map(\.name).joined(separator: " ")) ;;

      """
    for command in commands { text += zshCase(of: command) }
    return text + """
            esac ;;
        esac
      }
      if [ "$funcstack[1]" = _\(name) ]; then _\(name) "$@"; else compdef _\(name) \(name); fi

      """
  }

  private func zshCase(of command: Command) -> String {
    var specifications = ["'(- *)'{-h,--help}'[Show this help]'"]
    specifications += command.options.map(\.zshSpecification)
    for argument in command.arguments {
      let action = argument.completedValue.zshAction
      specifications.append(shellQuoted("\(argument.isMany ? "*" : ""):\(argument.name):\(action)"))
    }
    return """
              \(command.name))
                _arguments -s \\
                  \(specifications.joined(separator: " \\\n            ")) ;;

      """
  }
}

extension CompletedValue {
  /// What `_arguments` does for a value; a blank offers nothing but shows what is wanted.
  fileprivate var zshAction: String {
    switch self {
    case .files: "_files"
    case .names(let names): "(\(names.joined(separator: " ")))"
    case .unknown: " "
    }
  }
}

extension OptionDeclaration {
  fileprivate var zshSpecification: String {
    var help = ""
    for character in brief {
      if "[]\\:".contains(character) { help += "\\" }
      help.append(character)
    }
    let mark = completedValue == nil ? "" : "="
    let value = completedValue.map { ":\(placeholder.filter { $0 != ":" }):\($0.zshAction)" } ?? ""
    let rest = shellQuoted("[\(help)]\(value)")
    let spellings =
      (letter.map { [("-\($0)", mark.isEmpty ? "" : "+")] } ?? [])
      + ([offeredName] + (synonym.map { [$0] } ?? [])).map { ("--\($0)", mark) }
    guard spellings.count > 1 else {
      return shellQuoted((repeats ? "*" : "") + "--\(offeredName)\(mark)") + rest
    }
    let all = spellings.map { $0.0 + $0.1 }.joined(separator: ",")
    let excluded = spellings.map(\.0).joined(separator: " ")
    return (repeats ? "'*'" : "'(\(excluded))'") + "{\(all)}" + rest
  }
}
