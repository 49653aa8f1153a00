/// One call of a command: what it was given, and where its results go.
public struct Invocation {
  /// What was given on the command line.
  public let options: OptionValues
  /// Standard output: results alone.
  public let output: OutputWriter
  /// Standard error: progress, warnings.
  public let messages: OutputWriter
  private let arguments: [String: [String]]

  init(
    options: OptionValues, arguments: [String: [String]], output: OutputWriter, messages: OutputWriter
  ) {
    self.options = options
    self.arguments = arguments
    self.output = output
    self.messages = messages
  }

  /// Says something on standard error, at once, in lines of its own. That it can't be said is no reason to stop.
  public func say(_ text: String) {
    messages.write(text + "\n")
    try? messages.flush()
  }

  public subscript<Value>(option: CommandOption<Value>) -> Value { options[option] }

  public subscript<Value>(argument: CommandArgument<Value>) -> Value {
    argument.read(arguments[argument.declaration.name] ?? [])
  }
}
