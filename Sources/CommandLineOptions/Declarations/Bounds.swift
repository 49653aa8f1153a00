/// The values that a number may take.
public struct Bounds<Value: Comparable & Sendable>: Sendable {
  private let lower: (value: Value, isIncluded: Bool)
  private let upper: (value: Value, isIncluded: Bool)?

  public static func atLeast(_ lower: Value) -> Bounds { Bounds(lower: (lower, true), upper: nil) }

  public static func between(_ lower: Value, _ upper: Value) -> Bounds {
    Bounds(lower: (lower, true), upper: (upper, true))
  }

  public static func between(_ lower: Value, below upper: Value) -> Bounds {
    Bounds(lower: (lower, true), upper: (upper, false))
  }

  public static func above(_ lower: Value, atMost upper: Value) -> Bounds {
    Bounds(lower: (lower, false), upper: (upper, true))
  }

  public func contains(_ value: Value) -> Bool {
    if lower.isIncluded ? value < lower.value : value <= lower.value { return false }
    if let upper, upper.isIncluded ? value > upper.value : value >= upper.value { return false }
    return true
  }

  /// What follows "a number" in a message, with a leading space: " of at least 1".
  func phrase(_ shown: (Value) -> String) -> String {
    let least = shown(lower.value)
    guard let upper else { return " of at least \(least)" }
    let most = shown(upper.value)
    if lower.isIncluded, upper.isIncluded { return " from \(least) to \(most)" }
    return (lower.isIncluded ? " of at least " : " above ") + least
      + (upper.isIncluded ? " and at most " : " and below ") + most
  }
}
