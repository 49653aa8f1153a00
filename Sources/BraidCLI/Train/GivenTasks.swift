import CommandLineOptions
import Networks
import Tasks
import Training

/// The task files that a command line names, or else the tasks that come with Braid.
struct GivenTasks {
  static let files = CommandArgument<[String]>.many(
    "TASKFILE", help: "Task files, which are merged; without any, the tasks that come with Braid.")
  static let data = CommandOption<String?>.path(
    "data", "FOLDER", defaultShown: "as each task file says",
    help: "What the paths of the data are relative to.")

  static let names = CommandOption<[String]>.texts(
    "task", letter: "t", "NAME", defaultShown: "all tasks", help: "A task of the task files to train.")

  let paths: [String]
  var file: TaskFile
  /// Nil where task files are named.
  let bundled: BundledTasks?

  init(_ invocation: Invocation) throws {
    let named = invocation[Self.files]
    bundled = try named.isEmpty ? BundledTasks.required() : nil
    paths = bundled.map { [shownPath($0.taskFile)] } ?? named
    file = try TaskFile.load(paths, types: HeadKind.taskTypes, dataFolder: invocation[Self.data])
    let names = invocation[Self.names]
    for name in names where !file.tasks.contains(where: { $0.name == name }) {
      throw TaskChoice.unknown(name, among: file.tasks)
    }
    if !names.isEmpty { file.tasks.removeAll { !names.contains($0.name) } }
  }

  /// The tasks, resolved.
  ///
  /// - Parameter resolve: where not by the training rows alone.
  /// - Throws: `TrainingError.noTasks`; for data that can't be read as `TaskDefinition.resolved`.
  func tasks(
    _ resolve: (TaskDefinition) throws -> TaskDefinition = { try $0.resolved() }
  ) throws -> [TaskDefinition] {
    guard !file.tasks.isEmpty else { throw TrainingError.noTasks }
    return try file.tasks.map(resolve)
  }
}
