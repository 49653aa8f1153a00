/// The values that a number may take.
public struct Bounds<Value: Comparable & Sendable>: Sendable {
  private let lower: (value: Value, isIncluded: Bool)?
  private let upper: (value: Value, isIncluded: Bool)?

  /// Every number.
  public static var any: Bounds { Bounds(lower: nil, upper: nil) }

  public static func atLeast(_ lower: Value) -> Bounds { Bounds(lower: (lower, true), upper: nil) }

  public static func above(_ lower: Value) -> Bounds { Bounds(lower: (lower, false), upper: nil) }

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
    if let lower, lower.isIncluded ? value < lower.value : value <= lower.value { return false }
    if let upper, upper.isIncluded ? value > upper.value : value >= upper.value { return false }
    return true
  }

  /// What follows "a number" in a message, with a leading space: " of at least 1", or nothing.
  func phrase(_ shown: (Value) -> String) -> String {
    switch (lower, upper) {
    case (nil, nil): ""
    case (let lower?, nil):
      lower.isIncluded ? " of at least \(shown(lower.value))" : " above \(shown(lower.value))"
    case (nil, let upper?):
      upper.isIncluded ? " of at most \(shown(upper.value))" : " below \(shown(upper.value))"
    case (let lower?, let upper?):
      if lower.isIncluded, upper.isIncluded {
        " from \(shown(lower.value)) to \(shown(upper.value))"
      } else {
        (lower.isIncluded ? " of at least " : " above ") + shown(lower.value)
          + (upper.isIncluded ? " and at most " : " and below ") + shown(upper.value)
      }
    }
  }
}
