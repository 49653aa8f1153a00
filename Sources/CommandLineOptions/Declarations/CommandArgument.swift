/// An argument of a command that goes by its place, and the key by which the command reads it.
///
/// `-` is handed on as it is: by custom it stands for standard input.
public struct CommandArgument<Value: Sendable>: DeclaredArgument {
  public let declaration: ArgumentDeclaration
  let read: @Sendable ([String]) -> Value

  init(declaration: ArgumentDeclaration, read: @escaping @Sendable ([String]) -> Value) {
    self.declaration = declaration
    self.read = read
  }
}

/// An argument of any type.
public protocol DeclaredArgument: Sendable {
  var declaration: ArgumentDeclaration { get }
}

/// What help and the parser know of an argument.
public struct ArgumentDeclaration: Sendable {
  /// In capitals: `CHECKPOINT`.
  public let name: String
  public let help: String
  /// How many there must be.
  public let least: Int
  /// Whether there may be any number more than `least`; else there may be one at most.
  public let isMany: Bool
  /// The only texts it may be; empty when it may be any.
  public internal(set) var choices: [String] = []

  /// As the usage line shows it: `FILE`, `[FILE]`, `FILE…`, `[FILE…]`.
  public var usage: String {
    let shown = isMany ? "\(name)…" : name
    return least == 0 ? "[\(shown)]" : shown
  }
}

extension CommandArgument where Value == String {
  /// An argument that must be there.
  public static func required(_ name: String, help: String) -> Self {
    Self(declaration: ArgumentDeclaration(name: name, help: help, least: 1, isMany: false)) { $0.first ?? "" }
  }
}

extension CommandArgument where Value == String? {
  /// An argument that may be left out.
  public static func optional(_ name: String, help: String) -> Self {
    Self(declaration: ArgumentDeclaration(name: name, help: help, least: 0, isMany: false)) { $0.first }
  }
}

extension CommandArgument where Value == [String] {
  /// Any number of arguments, `least` or more.
  public static func many(_ name: String, atLeast least: Int = 0, help: String) -> Self {
    Self(declaration: ArgumentDeclaration(name: name, help: help, least: least, isMany: true)) { $0 }
  }
}

extension CommandArgument {
  /// Any number of an enumeration's names.
  public static func choices<Choice>(_ name: String, help: String) -> Self
  where Value == [Choice], Choice: CaseIterable & RawRepresentable<String> {
    let declaration = ArgumentDeclaration(
      name: name, help: help, least: 0, isMany: true, choices: Choice.allCases.map(\.rawValue))
    return Self(declaration: declaration) { $0.compactMap(Choice.init(rawValue:)) }
  }
}

extension CommandArgument where Value: CaseIterable & RawRepresentable<String> {
  /// One of an enumeration's names, which must be there.
  ///
  /// - Parameter standard: what is read where nothing was parsed; the parser makes sure that it never is.
  public static func choice(_ name: String, default standard: Value, help: String) -> Self {
    let declaration = ArgumentDeclaration(
      name: name, help: help, least: 1, isMany: false, choices: Value.allCases.map(\.rawValue))
    return Self(declaration: declaration) { $0.first.flatMap(Value.init(rawValue:)) ?? standard }
  }
}
