import CommandLineOptions
import Foundation
import Tasks
import Training

/// Paths are kept relative to the run's folder, as those of the data in `tasks.json`, so that a run goes on from any working
/// directory. They begin with `./` or `../`: runs of earlier versions have paths that do not, and are relative to the
/// directory that the run was started in.
extension RunRecord {
  static func keptPath(_ path: String, in run: URL) -> String {
    let relative = TaskFile.path(path, from: run.path)
    return relative.hasPrefix("../") ? relative : "./" + relative
  }

  /// The options of a run, with paths as they are from here.
  ///
  /// - Returns: empty for a folder that is a model but no run.
  /// - Throws: `ModelError` for a file that can't be read.
  static func read(_ run: URL) throws(ModelError) -> [(name: String, value: String)] {
    func here(_ path: String) -> String {
      guard path.hasPrefix("./") || path.hasPrefix("../") else { return path }
      return shownPath(run.appendingPathComponent(path))
    }
    let paths = TrainOptions.settings.filter { if case .path = $0.kind { true } else { false } }.map(\.name)
    return try RunFolder.options(in: run).map { name, value in
      if name == TrainOptions.teachers.declaration.name, let teachers = TeacherSource.list(value) {
        return (name, TeacherSource.spelling(of: teachers, path: here))
      }
      return (name, paths.contains(name) ? here(value) : value)
    }
  }
}
