/// A number or choice of a method's formula, with the property that holds it; the property's first value is the default.
public struct Hyperparameter<Method>: Sendable {
  public let name: String
  /// What it takes, for messages.
  let expected: String
  /// - Returns: whether the text is a value for it.
  let set: @Sendable (inout Method, String) -> Bool

  public init(
    _ name: String, _ property: WritableKeyPath<Method, Double> & Sendable, in range: ClosedRange<Double>
  ) {
    self.name = name
    expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    set = { method, text in
      guard let value = Double(text), range.contains(value) else { return false }
      method[keyPath: property] = value
      return true
    }
  }

  public init(_ name: String, _ property: WritableKeyPath<Method, Bool> & Sendable) {
    self.name = name
    expected = "true or false"
    set = { method, text in
      guard let value = Bool(text) else { return false }
      method[keyPath: property] = value
      return true
    }
  }

  public init<Choice: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ property: WritableKeyPath<Method, Choice> & Sendable
  ) {
    self.name = name
    expected = "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
    set = { method, text in
      guard let value = Choice(rawValue: text) else { return false }
      method[keyPath: property] = value
      return true
    }
  }
}

/// A hyperparameter that can't be set as a run asks.
public enum HyperparameterError: Error, Sendable, Equatable, CustomStringConvertible {
  case unknown(String, method: String, known: [String])
  case wrong(MethodChoice.Setting, method: String, expected: String)
  case twice(String, method: String)

  public var description: String {
    switch self {
    case .unknown(let name, let method, let known):
      return "'\(method)' has no setting '\(name)'; "
        + (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))")
    case .wrong(let setting, let method, let expected):
      return "'\(setting.name)' of '\(method)' takes \(expected), not '\(setting.value)'"
    case .twice(let name, let method): return "'\(name)' of '\(method)' is given twice"
    }
  }
}
