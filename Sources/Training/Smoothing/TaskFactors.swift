/// A number of at least 0 for each task: one for all, or one for each that is named and 0 for the others.
public enum TaskFactors: Sendable, Equatable {
  case all(Double)
  case named([Factor])

  public struct Factor: Sendable, Equatable {
    public var task: String
    public var value: Double
  }

  /// Reads `1` or `rte=1,mrpc=3`; nil for anything else, and for a task that is named twice.
  public init?(_ text: String) {
    func number(_ text: some StringProtocol) -> Double? {
      Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
    if let value = number(text) {
      self = .all(value)
      return
    }
    var factors: [Factor] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty, let value = number(sides[1]),
        !factors.contains(where: { $0.task == sides[0] })
      else { return nil }
      factors.append(Factor(task: String(sides[0]), value: value))
    }
    self = .named(factors)
  }

  public subscript(task: String) -> Double {
    switch self {
    case .all(let value): value
    case .named(let factors): factors.first { $0.task == task }?.value ?? 0
    }
  }

  /// - Throws: `TrainingError.unknownTask` for a name that no task has.
  func check(in tasks: [String]) throws(TrainingError) {
    guard case .named(let factors) = self else { return }
    for factor in factors where !tasks.contains(factor.task) {
      throw .unknownTask(factor.task, known: tasks)
    }
  }
}
