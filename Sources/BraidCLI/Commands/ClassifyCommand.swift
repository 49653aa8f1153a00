import CommandLineOptions
import Foundation
import Tasks
import Tensors
import Training

/// `braid classify`
enum ClassifyCommand {
  static let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "The folder of a run.")
  static let task = CommandOption<String?>.text(
    "task", letter: "t", "NAME", defaultShown: "the only one that fits",
    help: "The task, of type classification or pair-classification.")
  static let json = CommandOption<Bool>.flag(
    "json", help: "Print {\"prediction\": LABEL, \"probabilities\": {LABEL: P, …}} a line.")

  static let command = Command(
    "classify",
    summary: "Give texts the labels of a classification task",
    discussion: [
      "Reads a text a line, or for a task of pairs two texts with a TAB between them. Prints a line for each, in the same "
        + "order: the most probable label, then the probability of each label in the order in which 'braid inspect' lists "
        + "them, with TABs between them. Answers come as soon as there is input, so it works at the end of a pipe."
    ],
    arguments: [checkpoint, TextStream.file], options: [OptionGroup("Options", task, json, threads)],
    examples: [
      .init("braid classify checkpoints/sst reviews.txt", "Label the lines of a file."),
      .init(
        "tail -f log | braid classify checkpoints/mixed --task sst --json",
        "Label lines as they are written."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let path = invocation[checkpoint]
    let folder = try ModelFolder(URL(fileURLWithPath: path))
    let chosen = try TaskChoice.choose(
      invocation[task], of: folder.tasks, in: path, targets: [.label], noun: "tasks that give labels")
    let model = try folder.model(on: Device(threads: invocation[threads]))
    let predictor = try TextPredictor(model, task: chosen.name)
    let stream = try TextStream(invocation, form: chosen.type.isPaired ? .pair : .single)
    try stream.forEachBatch(output: invocation.output) { texts in
      for prediction in predictor.predictions(for: texts) {
        invocation.output.write(line(prediction, of: chosen, asJSON: invocation[json]) + "\n")
      }
    }
  }

  private static func line(_ prediction: [Float], of task: TaskDefinition, asJSON: Bool) -> String {
    if asJSON { return JSONValue.object(PredictionText.members(prediction, of: task)).encodedLine() }
    let label = task.labels[mostProbable(prediction)]
    return ([label] + prediction.map { String(format: "%.6f", $0) }).joined(separator: "\t")
  }
}
