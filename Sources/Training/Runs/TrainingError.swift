import Tensors

/// A run that can't start or can't go on.
public enum TrainingError: Error, CustomStringConvertible, Sendable {
  case noTasks
  case noTrainingData(task: String)
  case unknownTask(String, known: [String])
  case notSmoothed(task: String, type: String)
  case notKeptNear(task: String, type: String)
  case unknownWeighting(String, known: [String])
  case unknownAggregation(String, known: [String])
  /// A way to balance tasks that can't work in this run, and what to change.
  case balance(String)
  case unknownBestMetric(String, known: [String])
  /// A loss that is not a number. `examples` says where the batch's examples of the task were read.
  case notFinite(task: String, loss: Double, step: Int, examples: [String])
  case gradientNotFinite(step: Int, tasks: [String], examples: [String])
  case skippedTooMany(Int, step: Int, last: String)
  /// A run that needs more memory than there is.
  case memory(MemoryPlan, machine: Int)
  /// A batch of so many tokens that 32-bit numbers don't count them.
  case batch(tokens: Int)
  case frozen(layers: Int, of: Int)
  /// A device whose products have no gradient.
  case notTrainable(Precision)
  case otherRun(String)

  public var description: String {
    switch self {
    case .noTasks: return "there is no task to train"
    case .noTrainingData(let task): return "task '\(task)' has no training data: its 'train' is missing"
    case .unknownTask(let name, let known):
      return "there is no task '\(name)' in this run; there are \(known.joined(separator: ", "))"
    case .notSmoothed(let task, let type):
      return
        "there is no adversary for tasks of type \(type), as '\(task)' is; name those that it is for: --adversary TASK=WEIGHT"
    case .notKeptNear(let task, let type):
      return
        "there is no distance between outputs for tasks of type \(type), as '\(task)' is; name those that have one: --proximal TASK=WEIGHT"
    case .unknownWeighting(let name, let known):
      return "there is no weighting '\(name)'; there are \(known.joined(separator: ", "))"
    case .unknownAggregation(let name, let known):
      return "there is no aggregation '\(name)'; there are \(known.joined(separator: ", "))"
    case .balance(let problem): return problem
    case .unknownBestMetric(let name, let known):
      return "the best checkpoint can't be chosen by '\(name)'; it can by \(known.joined(separator: ", "))"
    case .notFinite, .gradientNotFinite:
      return "\(notFiniteFinding ?? ""); the last good checkpoint stays. A lower learning rate often helps"
    case .skippedTooMany(let count, let step, let last):
      return
        "\(count) steps up to step \(step) had to be left out, one after the other, so it is not the data alone; of the "
        + "last, \(last). The last good checkpoint stays. A lower learning rate often helps"
    case .memory(let plan, let machine):
      let parts = plan.parts.map { "\(shownBytes($0.bytes)) for \($0.name)" }.joined(separator: ", ")
      return
        "this run needs \(shownBytes(plan.bytes)) of memory (\(parts)), and there are \(shownBytes(machine)). A smaller "
        + "--batch-size with --accumulation, a smaller --max-length or encoder, --log-gradients 0, or an --aggregation "
        + "without gradients of each task need less"
    case .batch(let tokens):
      return
        "there is a batch of \(tokens) tokens, and no more than \(Int32.max) are possible. Give a smaller --batch-size, or "
        + "--batch-tokens"
    case .frozen(let layers, let count):
      return "can't freeze \(layers) layers of an encoder that has \(count)"
    case .notTrainable(let precision):
      let names = Precision.trainable.map(\.rawValue).joined(separator: " or ")
      return "a model predicts in \(precision.rawValue) but does not learn; train it in \(names)"
    case .otherRun(let difference): return "the run can't be resumed: \(difference)"
    }
  }

  /// Of numbers that are not finite, which, and in which examples.
  var notFiniteFinding: String? {
    switch self {
    case .notFinite(let task, let loss, let step, let examples):
      "the loss of task '\(task)' is \(loss) at step \(step), in a batch with \(listing(examples))"
    case .gradientNotFinite(let step, let tasks, let examples):
      "the gradient is not finite at step \(step), in a batch of \(tasks.joined(separator: ", ")) with "
        + listing(examples)
    default: nil
    }
  }
}
