import Wording

/// A program made of commands.
///
///     let program = CommandLineProgram("braid", version: "1.0", summary: "…", commands: [train, evaluate])
///     exit(program.main())
public struct CommandLineProgram: Sendable {
  public let name: String
  public let version: String
  /// One or two sentences for the head of the help.
  public let summary: String
  /// In the order in which help lists them.
  public let commands: [Command]
  /// The line of help that says where to start.
  public let closing: String?

  public init(_ name: String, version: String, summary: String, commands: [Command], closing: String? = nil) {
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
    self.closing = closing
  }

  /// Runs the command that the process was started with.
  ///
  /// - Returns: the exit status: 0 for success, 1 for failure, 2 for a command line that cannot be
  ///   understood.
  public func main() -> Int32 {
    Terminal.endQuietlyOnClosedPipes()
    return run(
      Array(CommandLine.arguments.dropFirst()), output: .standardOutput(), messages: .standardError())
  }

  /// Runs a command line with the given outputs.
  public func run(
    _ arguments: [String], output: OutputWriter, messages: OutputWriter, helpWidth: Int = Terminal.helpWidth()
  ) -> Int32 {
    var place = name
    defer { try? messages.flush() }
    do {
      try dispatch(arguments, &place, output, messages, helpWidth)
      try output.flush()
      return ExitStatus.success.code
    } catch {
      // What a command wrote before it failed still counts.
      try? output.flush()
      return report(error, place, messages)
    }
  }

  private func dispatch(
    _ arguments: [String], _ place: inout String, _ output: OutputWriter, _ messages: OutputWriter,
    _ width: Int
  ) throws {
    let words = Array(arguments.dropFirst())
    switch arguments.first {
    case nil:
      output.write(help(width: width))
    case "help", "--help", "-h":
      if let topic = words.first, topic != "help" {
        output.write(try command(topic).help(program: name, width: width))
      } else {
        output.write(help(width: width))
      }
    case "--version":
      output.write("\(name) \(version)\n")
    case let word? where word.hasPrefix("-"):
      let known = ["--help", "--version"]
      throw UsageError.unknownOption(word, suggestion: nearestName(to: word, among: known))
    case let word?:
      let command = try command(word)
      place = "\(name) \(command.name)"
      if CommandParser.asksForHelp(words) {
        output.write(command.help(program: name, width: width))
      } else {
        let parsed = try CommandParser.parse(words, for: command)
        try command.run(
          Invocation(
            options: parsed.options, arguments: parsed.arguments, output: output, messages: messages))
      }
    }
  }

  private func command(_ word: String) throws(UsageError) -> Command {
    if let command = commands.first(where: { $0.name == word }) { return command }
    throw .unknownCommand(word, suggestion: nearestName(to: word, among: commands.map(\.name) + ["help"]))
  }

  private func report(_ error: any Error, _ place: String, _ messages: OutputWriter) -> Int32 {
    switch error {
    case let status as ExitStatus:
      return status.code
    case OutputError.closedPipe:
      return Terminal.closedPipeStatus
    case let error as UsageError:
      messages.write("\(place): \(error)\n")
      messages.write("'\(place) --help' shows how it is used.\n")
      return ExitStatus.usage.code
    default:
      messages.write("\(place): \(error)\n")
      return ExitStatus.failure.code
    }
  }
}
