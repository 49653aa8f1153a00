import Bytes
import Evaluation
import Foundation
import Tasks
import Wording

/// The temperatures of a model's tasks (`TemperatureScaling`): a number a task by which its class probabilities are made
/// as sure as they turned out right on held-out data.
///
/// A model folder keeps them in `calibration.json`, as `{"sst": {"temperature": 1.4, "examples": 872}}`. Writing other
/// parameters into the folder removes the file, as it says nothing of these.
public struct Calibration: Sendable, Equatable {
  /// What was fitted for one task.
  public struct Entry: Sendable, Equatable {
    /// Above 1 for a model that was too sure, below for one that was not sure enough.
    public var temperature: Double
    /// The number of examples that it was fitted to.
    public var examples: Int

    public init(temperature: Double, examples: Int) {
      self.temperature = temperature
      self.examples = examples
    }
  }

  private var entries: [(task: String, entry: Entry)] = []

  /// Every task at temperature 1: probabilities as the heads give them.
  public init() {}

  /// What was fitted for a task, or nil.
  public subscript(task: String) -> Entry? {
    get { entries.first { $0.task == task }?.entry }
    set {
      entries.removeAll { $0.task == task }
      if let newValue { entries.append((task, newValue)) }
    }
  }

  /// 1 for a task that nothing was fitted for.
  public func temperature(of task: String) -> Double { self[task]?.temperature ?? 1 }

  public static func == (left: Self, right: Self) -> Bool {
    left.entries.count == right.entries.count && left.entries.allSatisfy { right[$0.task] == $0.entry }
  }

  // MARK: File

  static func file(in folder: URL) -> URL { folder.appendingPathComponent("calibration.json") }

  /// - Throws: `ModelError` for a file that is not of this form, or names a task that is none of `tasks`.
  init(folder: URL, tasks: [TaskDefinition]) throws(ModelError) {
    let file = Self.file(in: folder)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    func failure(_ line: Int, _ text: String) -> ModelError {
      ModelError("\(file.path)\(line > 0 ? ":\(line)" : ""): \(text)")
    }
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw failure(0, "can't be read")
    }
    let document: JSONValue
    do { document = try JSONReader.readStrictly(Array(data)) } catch {
      throw failure(0, "not valid JSON: \(error)")
    }
    guard let members = document.members else {
      throw failure(document.line, "found \(document.summary), expected an object with a member a task")
    }
    for member in members {
      guard let task = tasks.first(where: { $0.name == member.name }), task.type.target == .label else {
        let names = tasks.filter { $0.type.target == .label }.map(\.name)
        throw failure(
          member.line, "found \(quoted(member.name)), expected a task with classes: \(listed(names))")
      }
      let temperature = member.value["temperature"]
      guard let number = temperature?.number, TemperatureScaling.range.contains(number) else {
        let range = TemperatureScaling.range
        throw failure(
          temperature?.line ?? member.line,
          "\(task.name).temperature: found \(temperature?.summary ?? "nothing"), expected a number from "
            + "\(range.lowerBound) to \(range.upperBound)")
      }
      self[task.name] = Entry(temperature: number, examples: member.value["examples"]?.integer ?? 0)
    }
  }

  /// Replaces the folder's file, or removes it when there is nothing to write.
  ///
  /// - Throws: `FileWritingError`.
  public func write(to folder: URL) throws {
    guard !entries.isEmpty else { return try Self.remove(from: folder) }
    let members = entries.map { task, entry in
      JSONValue.Member(
        task,
        .object([
          .init("temperature", .number(entry.temperature)), .init("examples", .number(entry.examples)),
        ]))
    }
    try AtomicFile.write(JSONValue.object(members).encoded() + "\n", to: Self.file(in: folder))
  }

  static func remove(from folder: URL) throws {
    let file = Self.file(in: folder)
    guard !System.unlink(file.path), errno != ENOENT, errno != ENOTDIR else { return }
    throw FileWritingError(path: file.path, problem: "can't be removed: \(System.errorText)")
  }
}
