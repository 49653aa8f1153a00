/// Every task counts the same.
public struct EqualWeighting: TaskWeighting {
  public static let name = "equal"

  public init(_ tasks: [WeightedTask]) {}

  public func weights(for losses: [Double?]) -> [Double] { losses.map { _ in 1 } }
}
