/// Where a run finds what it is taught beside its labels: a checkpoint, or a file of predictions that `braid evaluate
/// --split train --predictions` has written.
public struct TeacherSource: Sendable, Equatable {
  /// The task that is taught; nil for every one that the teacher knows.
  public var task: String?
  public var path: String

  public init(task: String? = nil, path: String) {
    self.task = task
    self.path = path
  }

  /// Reads `[TASK=]PATH[,[TASK=]PATH…]`.
  ///
  /// - Returns: nil where a task or a path is missing.
  public static func list(_ text: String) -> [TeacherSource]? {
    var sources: [TeacherSource] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.allSatisfy({ !$0.isEmpty }), let path = sides.last else { return nil }
      sources.append(TeacherSource(task: sides.count > 1 ? String(sides[0]) : nil, path: String(path)))
    }
    return sources
  }

  /// As `list` reads it, each path as `path` gives it.
  public static func spelling(of sources: [TeacherSource], path: (String) -> String) -> String {
    sources.map { ($0.task.map { $0 + "=" } ?? "") + path($0.path) }.joined(separator: ",")
  }
}
