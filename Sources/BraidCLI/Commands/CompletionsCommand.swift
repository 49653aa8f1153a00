import CommandLineOptions

/// `braid completions`
enum CompletionsCommand {
  static let shell = CommandArgument<Shell>.choice("SHELL", default: .bash, help: "The shell.")

  static let command = Command(
    "completions",
    summary: "Print a script that makes a shell complete braid's commands",
    discussion: [
      "Put the line that the script's first comment names into the shell's start-up file. Commands, options, the values of "
        + "options that have names, and file names are then completed by the TAB key."
    ],
    arguments: [shell],
    examples: [
      .init("source <(braid completions bash)", "In ~/.bashrc; the same for zsh in ~/.zshrc."),
      .init("braid completions fish | source", "In fish's config.fish."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) {
    invocation.output.write(braidProgram.completions(for: invocation[shell]))
  }
}
