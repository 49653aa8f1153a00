/// An option of a command, and the key by which the command reads its value.
///
///     static let epochs = CommandOption.integer(
///       "epochs", in: .atLeast(1), default: 3, help: "Passes over the training data.")
///     …
///     let count = invocation[epochs]  // an Int
///
/// `Value` is an optional type when the option has no default.
public struct CommandOption<Value: Sendable>: DeclaredOption {
  public let declaration: OptionDeclaration
  let read: @Sendable (OptionValue?) -> Value

  init(
    _ name: String, synonym: String? = nil, letter: Character? = nil, placeholder: String, help: String,
    kind: OptionDeclaration.Kind, defaultValue: OptionValue? = nil, defaultShown: String? = nil,
    repeats: Bool = false,
    read: @escaping @Sendable (OptionValue?) -> Value
  ) {
    declaration = OptionDeclaration(
      name: name, synonym: synonym, letter: letter, placeholder: placeholder, help: help, kind: kind,
      defaultValue: defaultValue, defaultShown: defaultShown, repeats: repeats)
    self.read = read
  }
}

/// An option of any type.
public protocol DeclaredOption: Sendable {
  var declaration: OptionDeclaration { get }
}

extension CommandOption where Value == Bool {
  /// An option without a value: `--name` turns it on, `--no-name` off.
  public static func flag(_ name: String, letter: Character? = nil, help: String) -> Self {
    flag(name, letter: letter, default: false, help: help)
  }

  /// A flag that is on unless `--no-name` turns it off. Help shows it as `--no-name`, so its help says what
  /// that does.
  public static func flagOn(_ name: String, help: String) -> Self {
    flag(name, letter: nil, default: true, help: help)
  }

  private static func flag(
    _ name: String, letter: Character?, default standard: Bool, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: "", help: help, kind: .flag, defaultValue: .flag(standard),
      defaultShown: ""
    ) { value in
      if case .flag(let isOn) = value { isOn } else { standard }
    }
  }
}

extension CommandOption where Value == Int {
  public static func integer(
    _ name: String, letter: Character? = nil, _ placeholder: String = "N", in bounds: Bounds<Int>,
    default standard: Int, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help, kind: .integer(bounds),
      defaultValue: .integer(standard)
    ) { value in
      if case .integer(let value) = value { value } else { standard }
    }
  }
}

extension CommandOption where Value == Int? {
  public static func integer(
    _ name: String, letter: Character? = nil, _ placeholder: String = "N", in bounds: Bounds<Int>,
    defaultShown: String? = nil, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help, kind: .integer(bounds),
      defaultShown: defaultShown
    ) { value in
      if case .integer(let value) = value { value } else { nil }
    }
  }
}

extension CommandOption where Value == Double {
  public static func number(
    _ name: String, letter: Character? = nil, _ placeholder: String = "X", in bounds: Bounds<Double>,
    default standard: Double, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help, kind: .number(bounds),
      defaultValue: .number(standard)
    ) { value in
      if case .number(let value) = value { value } else { standard }
    }
  }
}

extension CommandOption where Value == Double? {
  public static func number(
    _ name: String, letter: Character? = nil, _ placeholder: String = "X", in bounds: Bounds<Double>,
    defaultShown: String? = nil, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help, kind: .number(bounds),
      defaultShown: defaultShown
    ) { value in
      if case .number(let value) = value { value } else { nil }
    }
  }
}

extension CommandOption where Value == String {
  public static func text(
    _ name: String, letter: Character? = nil, _ placeholder: String, default standard: String, help: String
  ) -> Self {
    Self(name, letter, placeholder, .text, default: standard, help: help)
  }

  /// The path of a file or folder.
  public static func path(
    _ name: String, letter: Character? = nil, _ placeholder: String = "FILE", default standard: String,
    help: String
  ) -> Self {
    Self(name, letter, placeholder, .path, default: standard, help: help)
  }

  /// One of the names that a program knows of.
  ///
  /// - Parameter takesSettings: whether `:SETTING=VALUE,…` may follow, which the program checks.
  public static func choice(
    _ name: String, letter: Character? = nil, _ placeholder: String = "NAME", of names: [String],
    takesSettings: Bool = false, default standard: String, help: String
  ) -> Self {
    let kind = OptionDeclaration.Kind.choice(names, takesSettings: takesSettings)
    return Self(name, letter, placeholder, kind, default: standard, help: help)
  }

  private init(
    _ name: String, _ letter: Character?, _ placeholder: String, _ kind: OptionDeclaration.Kind,
    default standard: String, help: String
  ) {
    self.init(
      name, letter: letter, placeholder: placeholder, help: help, kind: kind, defaultValue: .text(standard)
    ) { value in
      if case .text(let value) = value { value } else { standard }
    }
  }
}

extension CommandOption where Value == String? {
  public static func text(
    _ name: String, letter: Character? = nil, _ placeholder: String, defaultShown: String? = nil, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help, kind: .text, defaultShown: defaultShown,
      read: text(of:))
  }

  /// The path of a file or folder.
  public static func path(
    _ name: String, synonym: String? = nil, letter: Character? = nil, _ placeholder: String = "FILE",
    defaultShown: String? = nil, help: String
  ) -> Self {
    Self(
      name, synonym: synonym, letter: letter, placeholder: placeholder, help: help, kind: .path,
      defaultShown: defaultShown, read: text(of:))
  }

  private static func text(of value: OptionValue?) -> String? {
    if case .text(let value) = value { value } else { nil }
  }
}

extension CommandOption where Value == [String] {
  /// An option that may be given several times, each adding a text.
  public static func texts(
    _ name: String, letter: Character? = nil, _ placeholder: String, defaultShown: String? = nil, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help, kind: .text, defaultShown: defaultShown,
      repeats: true
    ) { value in
      if case .texts(let values) = value { values } else { [] }
    }
  }
}

extension CommandOption where Value: CaseIterable & RawRepresentable<String> {
  /// One of an enumeration's names, or of some of them.
  public static func choice(
    _ name: String, letter: Character? = nil, _ placeholder: String = "NAME",
    among values: [Value] = Array(Value.allCases), default standard: Value, help: String
  ) -> Self {
    Self(
      name, letter: letter, placeholder: placeholder, help: help,
      kind: .choice(values.map(\.rawValue)), defaultValue: .text(standard.rawValue)
    ) { value in
      guard case .text(let name) = value else { return standard }
      return Value(rawValue: name) ?? standard
    }
  }
}

extension CommandOption {
  /// One of an enumeration's names, or nothing.
  public static func choice<Choice>(
    _ name: String, letter: Character? = nil, _ placeholder: String = "NAME", defaultShown: String? = nil,
    help: String
  ) -> Self where Value == Choice?, Choice: CaseIterable & RawRepresentable<String> {
    Self(
      name, letter: letter, placeholder: placeholder, help: help,
      kind: .choice(Choice.allCases.map(\.rawValue)), defaultShown: defaultShown
    ) { value in
      guard case .text(let name) = value else { return nil }
      return Choice(rawValue: name)
    }
  }

  /// A text of a form of its own.
  ///
  /// - Parameters:
  ///   - expectation: ends the sentence "--name takes …".
  ///   - convert: the value, or nil when the text does not have the form.
  public static func form<Converted>(
    _ name: String, letter: Character? = nil, _ placeholder: String, expectation: String,
    defaultShown: String? = nil, help: String, convert: @escaping @Sendable (String) -> Converted?
  ) -> Self where Value == Converted? {
    Self(
      name, letter: letter, placeholder: placeholder, help: help,
      kind: .form(expectation: expectation, isValid: { convert($0) != nil }), defaultShown: defaultShown
    ) { value in
      if case .text(let text) = value { convert(text) } else { nil }
    }
  }
}
