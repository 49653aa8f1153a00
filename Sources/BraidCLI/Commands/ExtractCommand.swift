import CommandLineOptions
import Foundation
import Tensors
import Training

/// `braid extract`
enum ExtractCommand {
  static let checkpoint = CommandArgument<String>.required("CHECKPOINT", help: "The folder of a run.")
  static let folder = CommandArgument<String>.required("FOLDER", help: "The folder to make.")
  static let task = CommandOption<String?>.text("task", letter: "t", "NAME", help: "The task.")

  static let command = Command(
    "extract",
    summary: "Cut a small model of one task out of a checkpoint of several",
    discussion: [
      "Writes a checkpoint with this task alone: a plain encoder of the layers that the task goes through, and its head. It "
        + "predicts what the checkpoint predicts for the task.",
      "There is such an encoder where tasks share it as hard, soft or paths.",
    ],
    arguments: [checkpoint, folder], options: [OptionGroup("Options", task)],
    examples: [.init("braid extract checkpoints/glue rte --task rte", "The model of one task.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let target = URL(fileURLWithPath: invocation[folder])
    guard !FileManager.default.fileExists(atPath: target.path) else {
      throw RunError("\(invocation[folder]): exists already")
    }
    let source = try ModelFolder(URL(fileURLWithPath: invocation[checkpoint]))
    guard let name = invocation[task] ?? (source.tasks.count == 1 ? source.tasks[0].name : nil) else {
      throw UsageError.other(
        "--task NAME is needed: one of \(source.tasks.map(\.name).joined(separator: ", "))")
    }
    let model = try source.model(on: Device(threads: 1)).extracted(task: name)
    try model.write(to: target)
    invocation.messages.write("Model of \(name) written to \(shownPath(target))\n")
    try invocation.messages.flush()
  }
}
