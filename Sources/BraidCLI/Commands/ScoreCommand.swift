import CommandLineOptions
import Foundation
import Tasks
import Tensors
import Training

/// `braid score`
enum ScoreCommand {
  static let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "The folder of a run.")
  static let task = CommandOption<String?>.text(
    "task", letter: "t", "NAME", defaultShown: "the only one that fits",
    help: "The task, of type similarity or ranking.")

  static let command = Command(
    "score",
    summary: "Give pairs of texts the scores of a similarity task",
    discussion: [
      "Reads two texts a line, with a TAB between them, and prints a score for each line, in the same order. A similarity "
        + "task's scores are in the range of its labels. With a ranking task the two texts are a query and a candidate; "
        + "those scores have no range and can be compared within a query only."
    ],
    arguments: [checkpoint, TextStream.file], options: [OptionGroup("Options", task, threads, precision)],
    examples: [.init("braid score checkpoints/stsb pairs.tsv", "Score the pairs of a file.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let path = invocation[checkpoint]
    let folder = try ModelFolder(URL(fileURLWithPath: path))
    let chosen = try choose(invocation[task], of: folder.tasks, in: path)
    let model = try folder.model(on: device(for: invocation))
    let predictor = try TextPredictor(model, task: chosen.name)
    let stream = try TextStream(invocation, form: .pair)
    try stream.forEachBatch(output: invocation.output) { texts in
      for prediction in predictor.predictions(for: texts) {
        invocation.output.write("\(prediction.first ?? .nan)\n")
      }
    }
  }

  /// A similarity task goes before ranking tasks when none is named.
  private static func choose(_ name: String?, of tasks: [TaskDefinition], in path: String) throws
    -> TaskDefinition
  {
    let isSimilarity = tasks.contains { $0.type.target == .score }
    return try TaskChoice.choose(
      name, of: tasks, in: path, targets: name == nil && isSimilarity ? [.score] : [.score, .relevance],
      noun: "tasks that give scores")
  }
}
