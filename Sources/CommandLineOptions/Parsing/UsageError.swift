/// A command line, or a setting of the same names, that cannot be understood.
public enum UsageError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownCommand(_ name: String, suggestion: String?)
  case unknownOption(_ written: String, suggestion: String?)
  case missingValue(_ written: String, placeholder: String)
  case unwantedValue(_ written: String, found: String)
  case badValue(_ written: String, expectation: String, found: String, suggestion: String?)
  case givenTwice(_ written: String, first: String, second: String)
  case missingArgument(_ name: String)
  case unexpectedArgument(_ text: String)
  /// What a command finds wrong itself, such as two options that exclude each other.
  case other(_ message: String)

  public var description: String {
    switch self {
    case .unknownCommand(let name, let suggestion):
      "there is no command '\(name)'" + question(suggestion)
    case .unknownOption(let written, let suggestion):
      "there is no option \(written)" + question(suggestion)
    case .missingValue(let written, let placeholder):
      "\(written) needs a value: \(written) \(placeholder)"
    case .unwantedValue(let written, let found):
      "\(written) takes no value, but is given '\(found)'"
    case .badValue(let written, let expectation, let found, let suggestion):
      "\(written) takes \(expectation), not \(found)" + question(suggestion)
    case .givenTwice(let written, let first, let second):
      "\(written) is given twice, as '\(first)' and as '\(second)'"
    case .missingArgument(let name):
      "\(name) is missing"
    case .unexpectedArgument(let text):
      "'\(text)' is one argument too many"
    case .other(let message):
      message
    }
  }

  private func question(_ suggestion: String?) -> String {
    suggestion.map { "; did you mean '\($0)'?" } ?? ""
  }
}

/// Ends a command with a status of its own and no message.
public struct ExitStatus: Error, Equatable, Sendable {
  public let code: Int32

  public init(_ code: Int32) { self.code = code }

  public static let success = ExitStatus(0)
  public static let failure = ExitStatus(1)
  public static let usage = ExitStatus(2)
}
