/// One command of a program: what it is called, what it takes, and what it does.
public struct Command: Sendable {
  public let name: String
  /// One line, without a full stop, for the list of commands.
  public let summary: String
  /// Paragraphs of help below the usage.
  public let discussion: [String]
  public let arguments: [ArgumentDeclaration]
  public let groups: [OptionGroup]
  public let examples: [Example]
  let run: @Sendable (Invocation) throws -> Void

  /// - Parameter run: does the work and writes results to `invocation.output`. A `UsageError` thrown by it
  ///   ends the program with status 2, an `ExitStatus` with that status and no message, any other error
  ///   with its text and status 1.
  public init(
    _ name: String, summary: String, discussion: [String] = [], arguments: [any DeclaredArgument] = [],
    options groups: [OptionGroup] = [], examples: [Example] = [],
    run: @escaping @Sendable (Invocation) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.arguments = arguments.map(\.declaration)
    self.groups = groups
    self.examples = examples
    self.run = run
  }

  /// The options of all groups.
  public var options: [OptionDeclaration] { groups.flatMap(\.options) }

  /// A command line, and what it does.
  public struct Example: Sendable {
    public let line: String
    public let meaning: String

    public init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// What is wrong with the declarations: names that two options share. A program's tests expect none.
  public var problems: [String] {
    var seen: Set<String> = ["--help", "-h"]
    var problems: [String] = []
    for option in options {
      var spellings = ["--\(option.name)"]
      if let synonym = option.synonym { spellings.append("--\(synonym)") }
      if option.isFlag { spellings.append("--no-\(option.name)") }
      if let letter = option.letter { spellings.append("-\(letter)") }
      for spelling in spellings where !seen.insert(spelling).inserted {
        problems.append("\(name): \(spelling) is declared twice")
      }
    }
    if arguments.filter({ $0.isMany }).count > 1 {
      problems.append("\(name): two arguments take any number of values")
    }
    return problems
  }
}

/// Options that help shows together.
public struct OptionGroup: Sendable {
  public let title: String
  public let options: [OptionDeclaration]

  public init(_ title: String, _ options: any DeclaredOption...) {
    self.init(title, options: options.map(\.declaration))
  }

  public init(_ title: String, options: [OptionDeclaration]) {
    self.title = title
    self.options = options
  }
}
