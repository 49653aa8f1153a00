import LinearAlgebra

/// What one step hands to an aggregation.
public struct AggregationInput: Sendable {
  /// The inner products of the tasks' unweighted gradients, or of their running averages: see
  /// `GradientSource`. The row of a task without a gradient is zero.
  public let gramian: SymmetricMatrix
  /// The unweighted losses; that of a task without a gradient isn't used.
  public let losses: [Double]
  /// The loss weighting's.
  public let weights: [Double]
  /// Another one each step; only methods that draw use it.
  public let seed: UInt64

  public init(gramian: SymmetricMatrix, losses: [Double], weights: [Double]? = nil, seed: UInt64 = 0) {
    let weights = weights ?? losses.map { _ in 1 }
    precondition(
      losses.count == gramian.count && weights.count == gramian.count, "one loss and one weight a task")
    self.gramian = gramian
    self.losses = losses
    self.weights = weights
    self.seed = seed
  }
}

/// What a method sees of a step: the weighted gradients of the tasks that have one.
public struct TaskGradients: Sendable {
  /// Their places among all tasks, ascending.
  public let tasks: [Int]
  /// The inner products of wᵢ gᵢ, with a positive diagonal.
  public let gramian: SymmetricMatrix
  /// wᵢ Lᵢ
  public let losses: [Double]
  public let seed: UInt64

  public var count: Int { tasks.count }
  public var norms: [Double] { gramian.diagonal.map { $0.squareRoot() } }

  /// The inner products of the gradients at unit length: their cosines.
  public var cosines: SymmetricMatrix { gramian.scaled(by: norms.map { 1 / $0 }) }

  /// nil if no task has a gradient.
  package init?(_ input: AggregationInput) {
    let weighted = input.gramian.scaled(by: input.weights)
    // Smaller squares than this are no longer exact, and may have become zero beside it.
    tasks = weighted.diagonal.indices.filter {
      weighted[$0, $0] > 1e-290 && weighted[$0, $0] < 1e290
    }
    guard !tasks.isEmpty else { return nil }
    gramian = weighted.restricted(to: tasks)
    losses = tasks.map { input.losses[$0] * input.weights[$0] }
    seed = input.seed
  }
}
