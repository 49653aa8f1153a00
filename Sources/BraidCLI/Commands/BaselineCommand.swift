import CommandLineOptions
import Foundation
import Tasks
import Tokenization
import Training

/// `braid baseline`
enum BaselineCommand {
  static let vocabulary = CommandOption<String?>.path(
    "vocab", "FILE", defaultShown: "made from the training texts",
    help: "The words: a WordPiece vocabulary, one token a line.")

  static let command = Command(
    "baseline",
    summary: "Measure a linear bag of words on tasks",
    discussion: [
      "Fits a linear model for each task to how often each token occurs, in a pair also to which tokens both texts "
        + "share, and prints the same table as 'braid evaluate': what a task gives away without word order or context."
    ],
    arguments: [GivenTasks.files],
    options: [
      OptionGroup(
        "Options", EvaluateCommand.split, EvaluateCommand.queries, EvaluateCommand.json, GivenTasks.data,
        vocabulary)
    ],
    examples: [
      .init("braid baseline", "The tasks that come with Braid."),
      .init("braid baseline sst.json5 --split test", "One's own task, on its test data."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let given = try GivenTasks(invocation)
    let tasks = try given.tasks()
    let words =
      if let path = invocation[vocabulary] ?? given.bundled?.vocabulary?.path {
        try Vocabulary(contentsOf: URL(fileURLWithPath: path))
      } else {
        try Vocabulary.trained(on: tasks, size: 30_000, lowercases: true)
      }
    let split = invocation[EvaluateCommand.split]
    let queries = invocation[EvaluateCommand.queries]
    let tokenizer = Tokenizer(vocabulary: words, lowercases: true)
    for task in tasks where !task.hasBaseline {
      invocation.messages.write(
        "\(task.name): left out, as a bag of words has no answer to \(task.type.name)\n")
    }
    try invocation.messages.flush()
    let evaluations = try tasks.filter(\.hasBaseline).compactMap {
      try $0.baseline(on: split, tokenizer: tokenizer, queries: queries)
    }
    guard !evaluations.isEmpty else {
      throw CommandError(
        "none of the tasks has \(split.rawValue) data: \(tasks.map(\.name).joined(separator: ", "))")
    }
    let table = MetricTable(tasks: tasks, queries: queries, split: split)
    invocation.output.write(
      invocation[EvaluateCommand.json] ? MetricTable.json(evaluations) + "\n" : table.render(evaluations))
  }
}
