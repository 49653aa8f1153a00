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

  let paths: [String]
  let file: TaskFile
  /// Nil where task files are named.
  let bundled: BundledTasks?

  init(_ invocation: Invocation) throws {
    let named = invocation[Self.files]
    bundled = try named.isEmpty ? BundledTasks.required() : nil
    paths = bundled.map { [shownPath($0.taskFile)] } ?? named
    file = try TaskFile.load(paths, types: HeadKind.taskTypes, dataFolder: invocation[Self.data])
  }

  /// The tasks, resolved.
  ///
  /// - Throws: `TrainingError.noTasks`; for data that can't be read as `TaskDefinition.resolved`.
  func tasks() throws -> [TaskDefinition] {
    guard !file.tasks.isEmpty else { throw TrainingError.noTasks }
    return try file.tasks.map { try $0.resolved() }
  }
}
