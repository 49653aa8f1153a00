import CommandLineOptions
import Tasks
import Training

/// The task of a model that a command works for.
enum TaskChoice {
  /// The task that was named, or the only one of the right kind.
  ///
  /// - Parameters:
  ///   - targets: the kinds of target that the command can predict.
  ///   - noun: what such tasks are, in the plural: "tasks that give labels".
  static func choose(
    _ name: String?, of tasks: [TaskDefinition], in path: String, targets: Set<TargetKind>, noun: String
  ) throws -> TaskDefinition {
    guard !tasks.isEmpty else { throw RunError("\(path): this is an encoder without tasks") }
    let fitting = tasks.filter { targets.contains($0.type.target) }
    guard let name else {
      if fitting.count == 1 { return fitting[0] }
      guard !fitting.isEmpty else { throw RunError("\(path): the model has no \(noun)") }
      let names = fitting.map(\.name).joined(separator: ", ")
      throw UsageError.other("--task NAME is needed, as the model has several \(noun): \(names)")
    }
    guard let task = tasks.first(where: { $0.name == name }) else { throw unknown(name, among: tasks) }
    guard targets.contains(task.type.target) else {
      throw RunError("task '\(name)' is of type \(task.type.name): \(advice(for: task))")
    }
    return task
  }

  static func unknown(_ name: String, among tasks: [TaskDefinition]) -> RunError {
    let names = tasks.map { "'\($0.name)'" }.joined(separator: ", ")
    return RunError("there is no task '\(name)' here; there are \(names)")
  }

  private static func advice(for task: TaskDefinition) -> String {
    switch task.type.target {
    case .label: "'braid classify' is for it"
    case .score: "'braid score' is for it"
    case .relevance: "'braid rank' is for it"
    }
  }
}
