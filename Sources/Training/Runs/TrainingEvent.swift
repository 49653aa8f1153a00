/// What a run tells while it goes on.
public enum TrainingEvent: Sendable {
  case started(RunSummary)
  /// What memory the run takes, once its largest batches have been tried.
  case planned(MemoryPlan)
  case stepped(StepReport)
  case skipped(SkippedStep)
  /// Before and after each evaluation.
  case evaluating(step: Int)
  case evaluated(EvaluationReport)
}

/// What a run is about to do.
public struct RunSummary: Sendable {
  public struct Task: Sendable {
    public let name: String
    public let type: String
    public let examples: Int
    public let devExamples: Int
    public let truncated: Int
    /// Ranking queries that teach nothing and are left out of training.
    public let unanswerableQueries: Int
    public let singleCandidateQueries: Int
    /// Examples whose answer was cut off, which are left out of training too.
    public let cutAnswers: Int
    public let metrics: [String]
    /// Where what it is taught beside its labels comes from.
    public let teachers: [String]
  }

  public let tasks: [Task]
  public let parameters: Int
  public let threads: Int
  /// What kernels run with.
  public let instructions: String
  public let epochs: Int
  public let steps: Int
  /// Steps already taken by the run that this one goes on with.
  public let firstStep: Int
}

/// One step of the optimizer.
public struct StepReport: Sendable {
  public struct TaskLoss: Sendable {
    public let task: String
    public let loss: Double
    public let weight: Double
  }

  public let epoch: Int
  public let epochs: Int
  /// Steps taken, this one included.
  public let step: Int
  public let steps: Int
  public let learningRate: Double
  /// Euclidean norm of the gradient before clipping.
  public let gradientNorm: Double
  public let tokens: Int
  public let seconds: Double
  /// The tasks in the step's batches.
  public let losses: [TaskLoss]
  /// In steps that tell.
  public let gradients: GradientStatistics?
}

/// A step that was left out, as a loss or its gradient was not finite.
public struct SkippedStep: Sendable {
  public let step: Int
  /// What was found, with the examples.
  public let reason: String
  /// Steps left out so far, this one included.
  public let total: Int
}

/// Dev figures after some step.
public struct EvaluationReport: Sendable {
  public let step: Int
  public let tasks: [TaskEvaluation]
  /// What the best checkpoint is chosen by; nil when no task has a dev split.
  public let score: Double?
  public let isBest: Bool
}

/// How a run ended.
public struct RunResult: Sendable {
  public enum Ending: String, Sendable {
    case finished, stoppedEarly, interrupted
  }

  public let ending: Ending
  /// The evaluation of the checkpoint that was kept; nil when no task has a dev split.
  public let best: EvaluationReport?
  public let steps: Int
  /// Of these, the steps that were left out, as their loss or gradient was not finite.
  public let skippedSteps: Int
  public let tokens: Int
  /// Seconds of training steps, evaluation not counted.
  public let trainingSeconds: Double
}
