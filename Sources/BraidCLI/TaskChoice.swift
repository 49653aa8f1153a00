import CommandLineOptions
import Foundation
import Tasks
import Training

/// The model that a command works with.
let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "The folder of a run.")

/// A task of a model that a command works for: the one that `--task` names, or the only one of the right kind.
struct TaskChoice: Sendable {
  /// The kinds of target that the command can work for. Where no task is named, those of an earlier group go first.
  private let kinds: [Set<TargetKind>]
  /// What such tasks are, in the plural.
  private let noun: String
  let option: CommandOption<String?>

  private init(_ kinds: Set<TargetKind>..., noun: String, help: String) {
    self.kinds = kinds
    self.noun = noun
    option = .text("task", letter: "t", "NAME", defaultShown: "the only one that fits", help: help)
  }

  static let any = TaskChoice(
    [.label, .labelSet, .score, .relevance, .tags, .answer, .maskedTokens], noun: "tasks", help: "The task.")
  static let classes = TaskChoice(
    [.label], noun: "tasks that give labels",
    help: "The task, of type classification or pair-classification.")
  static let labels = TaskChoice(
    [.label, .labelSet], noun: "tasks that give labels",
    help: "The task, of type classification, pair-classification or multi-label.")
  static let tags = TaskChoice(
    [.tags], noun: "tasks that label words", help: "The task, of type token-labelling.")
  static let answers = TaskChoice(
    [.answer], noun: "tasks that give answers", help: "The task, of type span-extraction.")
  static let masked = TaskChoice(
    [.maskedTokens], noun: "tasks that fill in hidden tokens",
    help: "The task, of type masked-language-modelling.")
  static let scores = TaskChoice(
    [.score], [.relevance], noun: "tasks that give scores", help: "The task, of type similarity or ranking.")
  static let rankings = TaskChoice([.relevance], noun: "ranking tasks", help: "The task, of type ranking.")

  /// The folder that `checkpoint` names, and the task.
  func open(_ invocation: Invocation) throws -> (folder: ModelFolder, task: TaskDefinition) {
    let folder = try ModelFolder(URL(fileURLWithPath: invocation[checkpoint]))
    return (folder, try task(invocation[option], of: folder, in: invocation[checkpoint]))
  }

  /// - Parameters:
  ///   - name: nil for the only one that fits.
  ///   - path: the folder's, for messages.
  func task(_ name: String?, of folder: ModelFolder, in path: String) throws -> TaskDefinition {
    let tasks = folder.tasks
    guard !tasks.isEmpty else { throw CommandError("\(path): this is an encoder without tasks") }
    guard let name else {
      let fitting =
        kinds.lazy.map { kind in tasks.filter { kind.contains($0.type.target) } }
        .first { !$0.isEmpty } ?? []
      if fitting.count == 1 { return fitting[0] }
      guard !fitting.isEmpty else { throw CommandError("\(path): the model has no \(noun)") }
      let names = fitting.map(\.name).joined(separator: ", ")
      throw UsageError.other("--task NAME is needed, as the model has several \(noun): \(names)")
    }
    guard let task = tasks.first(where: { $0.name == name }) else { throw Self.unknown(name, among: tasks) }
    guard kinds.contains(where: { $0.contains(task.type.target) }) else {
      throw CommandError("task '\(name)' is of type \(task.type.name): \(Self.advice(for: task))")
    }
    return task
  }

  static func unknown(_ name: String, among tasks: [TaskDefinition]) -> CommandError {
    let names = tasks.map { "'\($0.name)'" }.joined(separator: ", ")
    return CommandError("there is no task '\(name)' here; there are \(names)")
  }

  private static func advice(for task: TaskDefinition) -> String {
    switch task.type.target {
    case .label, .labelSet: "'braid classify' is for it"
    case .score: "'braid score' is for it"
    case .relevance: "'braid rank' is for it"
    case .tags: "'braid tag' is for it"
    case .answer: "'braid answer' is for it"
    case .maskedTokens: "'braid fill' is for it"
    }
  }
}
