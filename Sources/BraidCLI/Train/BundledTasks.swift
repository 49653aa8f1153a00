import CommandLineOptions
import Foundation

/// The tasks that come with Braid, for `braid train` without arguments.
struct BundledTasks {
  let taskFile: URL
  /// The vocabulary made for them, if it is there.
  let vocabulary: URL?

  /// Looks in the working directory, then upwards from the executable.
  static func find() -> BundledTasks? {
    let manager = FileManager.default
    var folders = [URL(fileURLWithPath: manager.currentDirectoryPath)]
    if let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      var folder = executable.deletingLastPathComponent()
      while folder.path != "/", folders.count < 64 {
        folders.append(folder)
        folder.deleteLastPathComponent()
      }
    }
    for folder in folders {
      let taskFile = folder.appendingPathComponent("tasks/restaurant/tasks.json5")
      guard manager.fileExists(atPath: taskFile.path) else { continue }
      let vocabulary = folder.appendingPathComponent("vocab/restaurant.txt")
      return BundledTasks(
        taskFile: taskFile, vocabulary: manager.fileExists(atPath: vocabulary.path) ? vocabulary : nil)
    }
    return nil
  }

  /// - Throws: `UsageError` when they are not there.
  static func required() throws(UsageError) -> BundledTasks {
    guard let found = find() else {
      throw .other(
        "no task file is given, and the tasks that come with Braid are not found: there is no "
          + "tasks/restaurant/tasks.json5 in this folder, nor above the executable")
    }
    return found
  }
}
