/// What weightings and aggregations have in common: a name, and numbers of the formula that a run may choose.
public protocol NamedMethod: Sendable {
  /// What a run calls it.
  static var name: String { get }

  /// What may be chosen. Nothing by default.
  static var hyperparameters: [Hyperparameter<Self>] { get }
}

extension NamedMethod {
  public static var hyperparameters: [Hyperparameter<Self>] { [] }

  /// The method with some of its hyperparameters set, before it is first used.
  ///
  /// - Throws: `HyperparameterError` for a name or a value that it can't take, and for a name that comes again.
  public func with(_ settings: [MethodChoice.Setting]) throws(HyperparameterError) -> Self {
    var method = self
    for (place, setting) in settings.enumerated() {
      guard !settings[..<place].contains(where: { $0.name == setting.name }) else {
        throw .twice(setting.name, method: Self.name)
      }
      guard let hyperparameter = Self.hyperparameters.first(where: { $0.name == setting.name }) else {
        throw .unknown(setting.name, method: Self.name, known: Self.hyperparameters.map(\.name))
      }
      guard hyperparameter.set(&method, setting.value) else {
        throw .wrong(setting, method: Self.name, expected: hyperparameter.expected)
      }
    }
    return method
  }
}
