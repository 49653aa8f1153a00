/// A run that can't start or can't go on.
public enum TrainingError: Error, CustomStringConvertible, Sendable {
  case noTasks
  case noTrainingData(task: String)
  case unknownWeighting(String, known: [String])
  case unknownAggregation(String, known: [String])
  /// A way to balance tasks that can't work in this run, and what to change.
  case balance(String)
  case unknownBestMetric(String, known: [String])
  /// A loss that is not a number. `examples` says where the batch's examples of the task were read.
  case notFinite(task: String, loss: Double, step: Int, examples: [String])
  case gradientNotFinite(step: Int, tasks: [String], examples: [String])
  case frozen(layers: Int, of: Int)
  case otherRun(String)

  public var description: String {
    switch self {
    case .noTasks: return "there is no task to train"
    case .noTrainingData(let task): return "task '\(task)' has no training data: its 'train' is missing"
    case .unknownWeighting(let name, let known):
      return "there is no weighting '\(name)'; there are \(known.joined(separator: ", "))"
    case .unknownAggregation(let name, let known):
      return "there is no aggregation '\(name)'; there are \(known.joined(separator: ", "))"
    case .balance(let problem): return problem
    case .unknownBestMetric(let name, let known):
      return "the best checkpoint can't be chosen by '\(name)'; it can by \(known.joined(separator: ", "))"
    case .notFinite(let task, let loss, let step, let examples):
      return
        "the loss of task '\(task)' is \(loss) at step \(step), in a batch with \(listing(examples)); the last "
        + "good checkpoint stays. A lower learning rate often helps"
    case .gradientNotFinite(let step, let tasks, let examples):
      return
        "the gradient is not finite at step \(step), in a batch of \(tasks.joined(separator: ", ")) with "
        + "\(listing(examples)); the last good checkpoint stays. A lower learning rate often helps"
    case .frozen(let layers, let count):
      return "can't freeze \(layers) layers of an encoder that has \(count)"
    case .otherRun(let difference): return "the run can't be resumed: \(difference)"
    }
  }
}
