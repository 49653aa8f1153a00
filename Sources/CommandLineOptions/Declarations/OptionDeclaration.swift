import Wording

/// All that is known of an option but for its type in Swift: what the parser, `--help`, settings files and
/// shell completions read.
public struct OptionDeclaration: DeclaredOption {
  /// The name without dashes, words joined by hyphens: `learning-rate`.
  public let name: String
  /// Another name that it answers to, without dashes.
  public let synonym: String?
  /// A one-letter spelling: `-n`.
  public let letter: Character?
  /// What stands for the value in help; empty for a flag.
  public let placeholder: String
  /// One or two plain sentences.
  public let help: String
  public let kind: Kind
  /// The value when nothing is given, if there is one.
  public let defaultValue: OptionValue?
  /// How help shows the default, where the value alone would not say it: "all cores".
  public let defaultShown: String?
  /// Whether the option may be given several times, each adding a value.
  public let repeats: Bool

  public enum Kind: Sendable {
    /// Takes no value; `--no-NAME` turns it off.
    case flag
    case integer(Bounds<Int>)
    case number(Bounds<Double>)
    case text
    /// A text that names a file or folder.
    case path
    /// One of some names, behind which `:SETTING=VALUE,…` may stand that the program checks.
    case choice([String], takesSettings: Bool = false)
    /// A text of a form of its own; `expectation` ends the sentence "--name takes …".
    case form(expectation: String, isValid: @Sendable (String) -> Bool)
  }

  public var declaration: OptionDeclaration { self }

  public var isFlag: Bool {
    if case .flag = kind { true } else { false }
  }

  /// Whether it is this option that a name without dashes means.
  public func answers(to name: some StringProtocol) -> Bool {
    name == self.name || name == synonym ?? self.name
  }

  /// What the option takes, as the end of the sentence "--name takes …".
  public var expectation: String {
    switch kind {
    case .flag: "no value"
    case .integer(let bounds): "a whole number" + bounds.phrase(String.init)
    case .number(let bounds): "a number" + bounds.phrase(OptionValue.shown)
    case .text: "a text"
    case .path: "a path"
    case .choice(let names, _): alternatives(names)
    case .form(let expectation, _): expectation
    }
  }

  /// Reads a value from text.
  ///
  /// - Parameter place: what the message calls the option: `--epochs`.
  /// - Throws: `UsageError.badValue`.
  func value(from text: String, at place: String) throws(UsageError) -> OptionValue {
    switch kind {
    case .flag:
      throw .unwantedValue(place, found: text)
    case .integer(let bounds):
      if let value = Int(text), bounds.contains(value) { return .integer(value) }
    case .number(let bounds):
      if let value = Double(text), value.isFinite, bounds.contains(value) { return .number(value) }
    case .text:
      return .text(text)
    case .path:
      if !text.isEmpty { return .text(text) }
    case .choice(let names, let takesSettings):
      let name = takesSettings ? String(text.prefix { $0 != ":" }) : text
      if names.contains(name) { return .text(text) }
      throw .badValue(
        place, expectation: expectation, found: "'\(name)'", suggestion: nearestName(to: name, among: names))
    case .form(_, let isValid):
      if isValid(text) { return .text(text) }
    }
    throw .badValue(place, expectation: expectation, found: "'\(text)'", suggestion: nil)
  }
}
