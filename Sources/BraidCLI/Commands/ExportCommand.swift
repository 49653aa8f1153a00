import CommandLineOptions
import Foundation
import Tensors
import Training

/// `braid export`
enum ExportCommand {
  static let folder = CommandArgument<String>.required("FOLDER", help: "The folder to make.")
  static let task = CommandOption<String?>.text(
    "task", letter: "t", "NAME", defaultShown: "none",
    help: "A task of type masked-language-modelling, whose head goes along.")
  static let force = CommandOption<Bool>.flag("force", help: "Write into the folder even if it is there.")

  static let command = Command(
    "export",
    summary: "Write a checkpoint's encoder for Python's transformers",
    discussion: [
      "Writes config.json, model.safetensors, vocab.txt and tokenizer_config.json, without the tasks' heads. "
        + "AutoModel.from_pretrained(FOLDER) and AutoTokenizer.from_pretrained(FOLDER) load it.",
      "With --task, a task of masked-language modelling, its head goes along: "
        + "AutoModelForMaskedLM.from_pretrained(FOLDER) loads both.",
    ],
    arguments: [checkpoint, folder], options: [OptionGroup("Options", task, force)],
    examples: [
      .init("braid export checkpoints/sst encoder", "The encoder of a checkpoint."),
      .init("braid export checkpoints/words bert --task reviews", "With the head that fills in [MASK]."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let target = URL(fileURLWithPath: invocation[folder])
    if FileManager.default.fileExists(atPath: target.path), !invocation[force] {
      throw CommandError("\(invocation[folder]): exists already; give --force to write into it")
    }
    let source = try ModelFolder(URL(fileURLWithPath: invocation[checkpoint]))
    if let name = invocation[task] {
      let chosen = try TaskChoice.masked.task(name, of: source, in: invocation[checkpoint])
      let model = try source.model(on: Device(threads: 1)).extracted(task: chosen.name)
      try model.export(to: target, withHeadOf: chosen.name, replacing: invocation[force])
      return invocation.say("Encoder and head written to \(shownPath(target))")
    }
    let model = try source.encoderModel(on: Device(threads: 1), requiresPooler: false)
    try model.export(to: target, replacing: invocation[force])
    invocation.say("Encoder written to \(shownPath(target))")
  }
}
