import Balancing
import Tasks
import Tensors

/// Everything that decides what a run computes, but for its tasks and the encoder that it starts from. The same options,
/// tasks and encoder give the same bytes, on any number of threads.
public struct TrainingOptions: Sendable {
  /// Passes over the training data.
  public var epochs = 3
  public var batchSize = SamplingOptions.BatchSize.examples(32)
  public var learningRate = 1e-4
  public var schedule = LearningRateSchedule.Shape.linear
  /// Share of the steps that the learning rate takes to rise.
  public var warmUp = 0.1
  public var optimizer = Optimizer.Settings()
  /// Batches whose gradients are added up before each step of the optimizer.
  public var accumulation = 1
  public var mixing = SamplingOptions.Mixing.rows
  public var shares = SamplingOptions.Shares.proportional
  public var maximumCandidates = 32
  /// The fewest examples, or ranking queries, of each task in a step; 0 leaves that to chance.
  public var round = 0
  /// The name of a task weighting.
  public var weighting = PriorWeighting.name
  public var weightAdjustment = WeightingAdjustment()
  /// The name of a gradient aggregation, or `sum`.
  ///
  /// With `sum` the mean over the step's sequences of their weighted losses is descended, so that tasks count by their share
  /// of the sequences too. Every aggregation is given the gradient of each task's own mean loss, times its weight, as in the
  /// papers: tasks count alike, however many sequences they have in the step.
  public var aggregation = TrainingOptions.sum
  public var aggregationScope = AggregationScope.encoder
  /// Steps between measurements of the tasks' gradients, where the run does not have them apart anyway; 0 for none. They
  /// cost one more backward pass, and memory for a gradient a task; what is learned does not depend on them.
  public var gradientLogInterval = 100
  /// The share of what a teacher says in the loss of a task that has one; the labels have the rest.
  public var teacherWeight = 0.5
  /// What logits are divided by before they are compared with a teacher's.
  public var teacherTemperature = 1.0
  public var adversary = AdversaryOptions()
  public var proximal = ProximalOptions()
  /// The chance of each token of a training text to be replaced by [UNK]; special tokens stay.
  public var wordDropout = 0.0
  /// Steps between measurements of what tasks are to each other; 0, the default, for none. What is learned does not depend on
  /// them.
  public var affinityInterval = 0
  /// The learning rate of the steps that are tried for that; nil for the one of the step that is taken.
  public var lookaheadRate: Double?
  /// Layers, counted from below, that stay as they are. The lexicon stays too when there are any, or by itself.
  public var frozenLayers = 0
  public var freezesLexicon = false
  /// Steps between evaluations; nil for once an epoch.
  public var evaluationInterval: Int?
  /// Evaluations without a better score before a run stops early; nil for never.
  public var patience: Int?
  /// `TASK.METRIC` that decides which checkpoint is best; nil for the mean of the tasks' main metrics.
  public var bestMetric: String?
  public var queries = EvaluatedQueries.answerable
  /// Whether steps whose loss or gradient is not finite are left out and counted; otherwise they end the run.
  public var skipsNotFinite = false
  public var seed: UInt64 = 1

  public init() {}

  func sampling() -> SamplingOptions {
    var options = SamplingOptions()
    options.mixing = mixing
    options.shares = shares
    options.accumulation = accumulation
    options.round = round
    options.batchSize = batchSize
    options.maximumCandidates = maximumCandidates
    options.epochs = epochs
    options.seed = seed
    return options
  }
}
