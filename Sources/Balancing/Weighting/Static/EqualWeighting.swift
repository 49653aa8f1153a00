/// Every task counts the same.
public struct EqualWeighting: TaskWeighting {
  public static let name = "equal"

  public init(_ tasks: [WeightedTask]) {}

  public func weights(for input: WeightingInput) -> [Double] { input.losses.map { _ in 1 } }
}
