/// What a weighting is told of a batch. Lists have one entry a task, nil for tasks that the batch does not hold and
/// for what the run does not compute.
public struct WeightingInput: Sendable {
  /// Each task's mean loss, unweighted.
  public var losses: [Double?]
  /// The Euclidean norm of the gradient of each unweighted loss with respect to the shared parameters.
  public var gradientNorms: [Double?]
  /// The mean over the task's examples of the entropy of the predicted distribution, over ln C for C classes; nil for
  /// tasks that do not predict a distribution.
  public var entropies: [Double?]
  /// The mean over the task's outputs of their variance over several forward passes with dropout.
  public var variances: [Double?]
  /// Steps of the optimizer taken before.
  public var step: Int
  /// Epochs that have ended before.
  public var epoch: Int
  /// The run's seed.
  public var seed: UInt64

  public init(
    losses: [Double?], gradientNorms: [Double?]? = nil, entropies: [Double?]? = nil,
    variances: [Double?]? = nil, step: Int = 0, epoch: Int = 0, seed: UInt64 = 0
  ) {
    let unknown = losses.map { _ in Double?.none }
    self.losses = losses
    self.gradientNorms = gradientNorms ?? unknown
    self.entropies = entropies ?? unknown
    self.variances = variances ?? unknown
    self.step = step
    self.epoch = epoch
    self.seed = seed
  }
}
