import CommandLineOptions
import Foundation
import Tensors
import Training

/// `braid export`
enum ExportCommand {
  static let folder = CommandArgument<String>.required("FOLDER", help: "The folder to make.")
  static let force = CommandOption<Bool>.flag("force", help: "Write into the folder even if it is there.")

  static let command = Command(
    "export",
    summary: "Write a checkpoint's encoder for Python's transformers",
    discussion: [
      "Writes config.json, model.safetensors, vocab.txt and tokenizer_config.json, without the tasks' heads. "
        + "AutoModel.from_pretrained(FOLDER) and AutoTokenizer.from_pretrained(FOLDER) load it."
    ],
    arguments: [checkpoint, folder], options: [OptionGroup("Options", force)],
    examples: [.init("braid export checkpoints/sst encoder", "The encoder of a checkpoint.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let target = URL(fileURLWithPath: invocation[folder])
    if FileManager.default.fileExists(atPath: target.path), !invocation[force] {
      throw CommandError("\(invocation[folder]): exists already; give --force to write into it")
    }
    let model = try ModelFolder(URL(fileURLWithPath: invocation[checkpoint]))
      .encoderModel(on: Device(threads: 1), requiresPooler: false)
    try model.export(to: target, replacing: invocation[force])
    invocation.say("Encoder written to \(shownPath(target))")
  }
}
