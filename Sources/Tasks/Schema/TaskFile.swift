import Foundation
import Wording

/// The tasks of one or several task files, in the order in which they were given.
public struct TaskFile: Sendable {
  public var tasks: [TaskDefinition]
  /// The members of `training`: options of `braid train` by name, in order.
  public var training: [Setting]
  /// How the tasks share the encoder, where it is said.
  public var sharing: SharingDefinition?

  public init(
    tasks: [TaskDefinition] = [], training: [Setting] = [], sharing: SharingDefinition? = nil
  ) {
    self.tasks = tasks
    self.training = training
    self.sharing = sharing
  }

  /// Reads task files and merges them.
  ///
  /// - Parameters:
  ///   - types: the types that a task may have.
  ///   - dataFolder: what the paths of the data are relative to, in place of each file's own `data`.
  /// - Throws: `TaskFileError`
  public static func load(
    _ paths: [String], types: [TaskType], dataFolder: String? = nil
  ) throws(TaskFileError) -> TaskFile {
    var merged = TaskFile()
    for path in paths {
      let bytes: [UInt8]
      do { bytes = try TextFile.bytes(of: path) } catch {
        throw TaskFileError(file: path, found: error.found, expected: "a task file")
      }
      try merged.merge(parse(bytes, file: path, types: types, dataFolder: dataFolder))
    }
    return merged
  }

  /// Reads the text of one task file. `file` is its path, for messages and for finding the data.
  ///
  /// - Throws: `TaskFileError`
  public static func parse(
    _ text: String, file: String, types: [TaskType], dataFolder: String? = nil
  ) throws(TaskFileError) -> TaskFile {
    try parse(Array(text.utf8), file: file, types: types, dataFolder: dataFolder)
  }

  private static func parse(
    _ bytes: [UInt8], file: String, types: [TaskType], dataFolder: String?
  ) throws(TaskFileError) -> TaskFile {
    if let offset = UTF8Check.firstInvalid(in: bytes) {
      throw TaskFileError(
        file: file, line: UTF8Check.line(of: offset, in: bytes), found: UTF8Check.describe(offset, in: bytes),
        expected: "UTF-8 text")
    }
    let value: JSONValue
    do { value = try JSONReader.read(bytes[...]) } catch {
      throw TaskFileError(file: file, line: error.line, found: error.found, expected: error.expected)
    }
    let top = try SchemaObject(value, file: file, key: "")
    try top.refuseUnknown(besides: ["tasks", "training", "sharing", "data"])
    let ownFolder = (file as NSString).deletingLastPathComponent
    let data = try top.text("data", expected: "a folder").map { resolve($0, in: ownFolder) }
    let reader = TaskReader(file: file, types: types, folder: dataFolder ?? data ?? ownFolder)

    var result = TaskFile()
    if let tasks = try top.object("tasks") {
      for member in tasks.members { try result.tasks.append(reader.task(member, in: tasks)) }
    } else if top.member("training") == nil, top.member("sharing") == nil {
      throw top.missing("tasks", expected: "tasks, by name")
    }
    if let training = try top.object("training") {
      result.training = try training.members.map { member throws(TaskFileError) in
        try reader.setting(member, in: training)
      }
    }
    result.sharing = try reader.sharing(in: top)
    return result
  }

  private mutating func merge(_ other: TaskFile) throws(TaskFileError) {
    for task in other.tasks {
      if let first = tasks.first(where: { $0.name == task.name }) {
        throw task.error(
          found: "a second task of this name (the first: \(first.file):\(first.line))",
          expected: "a name for each task")
      }
      tasks.append(task)
    }
    if let second = other.sharing {
      if let first = sharing, first != second {
        throw second.error(
          "type", found: quoted(second.spelling),
          expected: "\(quoted(first.spelling)), as \(first.file):\(first.line) says")
      }
      sharing = sharing ?? second
    }
    for option in other.training {
      guard let first = training.first(where: { $0.name == option.name }) else {
        training.append(option)
        continue
      }
      if first.value != option.value {
        throw option.error(expected: "\(first.spelling), as \(first.file):\(first.line) says")
      }
    }
  }

  static func resolve(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }
}
