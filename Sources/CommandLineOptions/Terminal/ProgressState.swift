/// How far a training run has come.
public struct ProgressState: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  public var epochs: Int
  /// Steps done of the whole run.
  public var step: Int
  public var steps: Int
  /// Each task's name and running loss, in the order in which they are shown.
  public var losses: [Loss]
  public var tokensPerSecond: Double?
  /// Nil while nothing can be said.
  public var secondsLeft: Double?

  public struct Loss: Sendable, Equatable {
    public var task: String
    /// Nil for a task that has not had its turn.
    public var value: Double?

    public init(task: String, value: Double?) {
      self.task = task
      self.value = value
    }
  }

  public init(
    epoch: Int, epochs: Int, step: Int, steps: Int, losses: [Loss] = [], tokensPerSecond: Double? = nil,
    secondsLeft: Double? = nil
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.step = step
    self.steps = steps
    self.losses = losses
    self.tokensPerSecond = tokensPerSecond
    self.secondsLeft = secondsLeft
  }

  /// The share of the steps that is done, 0 ... 1.
  public var fraction: Double {
    steps < 1 ? 0 : min(max(Double(step) / Double(steps), 0), 1)
  }
}
