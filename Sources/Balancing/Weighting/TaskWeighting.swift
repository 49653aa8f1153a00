/// Gives each task's loss its weight in the sum that a step descends.
///
/// A new weighting is one file with a type that conforms to this, and one line in `TaskWeightingKind.all`.
public protocol TaskWeighting: NamedMethod {
  /// What it must be told besides losses, step, epoch and seed. Nothing by default.
  static var needs: Set<WeightingNeed> { get }

  /// With the default hyperparameters.
  init(_ tasks: [WeightedTask])

  /// One weight a task, finite and not negative, for a batch; the weight of a task that the batch does not hold is not
  /// used.
  mutating func weights(for input: WeightingInput) -> [Double]

  /// Called after the step with the losses of the same batch under the new parameters, for the need
  /// `lossesAfterStep`; nil for tasks that the batch does not hold.
  mutating func observe(lossesAfterStep losses: [Double?])

  /// Called after each evaluation with one dev metric a task, for the need `metrics`: higher is better, 1 is perfect;
  /// nil for tasks without one.
  mutating func observe(metrics: [Double?])

  /// What must be kept for a resumed run to go on alike, always as many numbers; NaN stands for what is not known yet.
  /// Empty when every step starts afresh.
  var state: [Double] { get set }
}

extension TaskWeighting {
  public static var needs: Set<WeightingNeed> { [] }

  public mutating func observe(lossesAfterStep losses: [Double?]) {}

  public mutating func observe(metrics: [Double?]) {}

  public var state: [Double] {
    get { [] }
    set {}
  }
}
