/// The factors that the task file gives.
public struct ManualWeighting: TaskWeighting {
  public static let name = "manual"
  private let factors: [Double]

  public init(_ tasks: [WeightedTask]) { factors = tasks.map(\.factor) }

  public func weights(for input: WeightingInput) -> [Double] { factors }
}
