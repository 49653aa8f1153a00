/// Gives each task's loss its weight in the sum that a step descends.
///
/// A new weighting is one file with a type that conforms to this, and one line in `TaskWeightingKind.all`.
public protocol TaskWeighting: Sendable {
  /// What `--weighting` calls it.
  static var name: String { get }

  init(_ tasks: [WeightedTask])

  /// One weight a task for the losses of a step; nil losses are of tasks that the batch does not hold, and the weight
  /// in their place is not used.
  mutating func weights(for losses: [Double?]) -> [Double]

  /// What must be kept for a resumed run to go on alike. Empty when every step starts afresh.
  var state: [Double] { get set }
}

extension TaskWeighting {
  public var state: [Double] {
    get { [] }
    set {}
  }
}

/// What a weighting may know of a task before training.
public struct WeightedTask: Sendable {
  public enum Loss: Sendable { case crossEntropy, squaredError, listwise }

  public let name: String
  public let loss: Loss
  /// The factor from the task file.
  public let factor: Double
  /// The loss of the best prediction that does not look at the text: see `PriorWeighting`.
  public let priorLoss: Double

  public init(name: String, loss: Loss, factor: Double, priorLoss: Double) {
    self.name = name
    self.loss = loss
    self.factor = factor
    self.priorLoss = priorLoss
  }
}

/// The weightings that a run can name.
public enum TaskWeightingKind {
  /// The first is the default.
  public static let all: [any TaskWeighting.Type] = [
    PriorWeighting.self, EqualWeighting.self, ManualWeighting.self, UncertaintyWeighting.self,
  ]

  public static var names: [String] { all.map { $0.name } }

  public static func named(_ name: String) -> (any TaskWeighting.Type)? { all.first { $0.name == name } }
}
