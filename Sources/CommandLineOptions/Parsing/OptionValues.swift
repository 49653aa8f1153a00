/// The values that were given to options.
///
/// Sources are laid over one another, the strongest first:
///
///     let options = commandLine.filled(from: taskFile)  // an option's own default comes last
public struct OptionValues: Sendable {
  private var given: [String: OptionValue] = [:]

  public init() {}

  /// The value given, else the option's default.
  public subscript<Value>(option: CommandOption<Value>) -> Value {
    option.read(given[option.declaration.name])
  }

  /// Whether someone gave the option a value, even one equal to its default.
  public func isGiven(_ option: some DeclaredOption) -> Bool {
    given[option.declaration.name] != nil
  }

  /// These values, and the other's for options that are not given here.
  public func filled(from weaker: OptionValues) -> OptionValues {
    var result = self
    result.given.merge(weaker.given) { mine, _ in mine }
    return result
  }

  /// Each option's value in the order of the declarations, defaults too; nil for an option that has none.
  public func effective(
    _ options: [OptionDeclaration]
  ) -> [(option: OptionDeclaration, value: OptionValue?)] {
    options.map { ($0, given[$0.name] ?? $0.defaultValue) }
  }

  /// Takes one value. An option that repeats adds it to those it has.
  ///
  /// - Throws: `UsageError.givenTwice` when the option has another value and does not repeat.
  mutating func add(
    _ value: OptionValue, to option: OptionDeclaration, at place: String
  ) throws(UsageError) {
    let earlier = given[option.name]
    switch (earlier, value) {
    case (.texts(let texts), .text(let text)) where option.repeats:
      given[option.name] = .texts(texts + [text])
    case (nil, .text(let text)) where option.repeats:
      given[option.name] = .texts([text])
    case (let earlier?, _) where earlier != value || !option.isFlag:
      throw .givenTwice(place, first: earlier.shown, second: value.shown)
    default:
      given[option.name] = value
    }
  }
}
