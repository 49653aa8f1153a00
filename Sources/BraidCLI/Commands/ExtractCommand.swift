import CommandLineOptions
import Foundation
import Tensors
import Training

/// `braid extract`
enum ExtractCommand {
  static let folder = CommandArgument<String>.required("FOLDER", help: "The folder to make.")

  static let command = Command(
    "extract",
    summary: "Cut a small model of one task out of a checkpoint of several",
    discussion: [
      "Writes a checkpoint with this task alone: a plain encoder of the layers that the task goes through, and its head. It "
        + "predicts what the checkpoint predicts for the task.",
      "There is such an encoder where tasks share it as hard, soft, paths or groups; as adapters of kind low-rank, whose "
        + "updates go into the weights; and as hierarchy for a task that takes no other's output, up to the layer that it "
        + "reads.",
    ],
    arguments: [checkpoint, folder], options: [OptionGroup("Options", TaskChoice.any.option)],
    examples: [.init("braid extract checkpoints/glue rte --task rte", "The model of one task.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let target = URL(fileURLWithPath: invocation[folder])
    guard !FileManager.default.fileExists(atPath: target.path) else {
      throw CommandError("\(invocation[folder]): exists already")
    }
    let (source, task) = try TaskChoice.any.open(invocation)
    let model = try source.model(on: Device(threads: 1)).extracted(task: task.name)
    try AtomicFolder.write(to: target) { try model.write(to: $0) }
    invocation.say("Model of \(task.name) written to \(shownPath(target))")
  }
}
