import CommandLineOptions
import Foundation
import Networks
import Tensors
import Training
import Wording

/// `braid verify`
enum VerifyCommand {
  static let folder = CommandArgument<String>.required("RUN", help: "The folder of a run.")
  static let steps = CommandOption<Int>.integer(
    "steps", letter: "n", in: .between(1, 1_000_000_000), default: 20, help: "Steps to take again.")

  static let command = Command(
    "verify",
    summary: "Take a run's first steps again and say whether the bits agree",
    discussion: [
      "Reads the run's options, data and encoder from where it read them, takes its first steps again in a temporary "
        + "folder, and compares the two logs: losses, weights, gradient norms and dev figures, to the last bit. The exit "
        + "status is 1 when they differ.",
      "Other kinds of processor, with other vector instructions, round differently: there bits need not agree.",
    ],
    arguments: [folder],
    options: [OptionGroup("Options", steps, threads)],
    examples: [.init("braid verify checkpoints/restaurant", "Whether this machine gets the same.")],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let url = URL(fileURLWithPath: invocation[folder])
    let entries = try RunRecord.read(url)
    guard !entries.isEmpty else { throw CommandError("\(url.path): there is no run in this folder") }
    let trainer = try trainer(of: url, entries, threads: invocation[threads])
    let fingerprint = trainer.fingerprint(options: RunRecord.deciding(entries))
    if let text = entries.first(where: { $0.name == RunRecord.fingerprint })?.value,
      let recorded = RunFingerprint(text), recorded != fingerprint
    {
      throw CommandError(
        "\(url.path): what the run was made with has changed: "
          + "\(fingerprint.changes(from: recorded).joined(separator: ", ")); its fingerprint was "
          + "\(recorded), now it is \(fingerprint)")
    }
    let count = min(invocation[steps], trainer.summary.steps)
    Interruption.listen(saves: false)
    let comparison = try LogComparison(
      of: url, takenAgainBy: trainer, steps: count, shouldStop: { Interruption.isWished })
    guard !Interruption.isWished else { throw ExitStatus(Interruption.status) }
    if let difference = comparison.difference {
      let again = difference.second ?? "nothing"
      let logged = difference.first ?? "nothing"
      let version = entries.first { $0.name == "version" }?.value ?? Braid.version
      let versions =
        version == Braid.version ? "" : "; the run was made by braid \(version), this is \(Braid.version)"
      throw CommandError(
        "\(url.path): the bits differ at step \(difference.step)\(versions)\nthe run:  \(logged)\nnow:      \(again)"
      )
    }
    invocation.output.write(
      "The bits of \(shownPath(url)) agree over \(counted(count, "step")): "
        + "\(counted(comparison.equalLines, "line")) of the log, fingerprint \(fingerprint).\n")
  }

  private static func trainer(
    of url: URL, _ entries: [(name: String, value: String)], threads: Int?
  ) throws -> Trainer {
    let folder = try ModelFolder(url)
    let values = try RunRecord.values(entries)
    let options = try TrainingOptions(recorded: values)
    let model = try Model.new(
      folder.encoder, tokenizer: folder.tokenizer, tasks: folder.tasks, sharing: folder.sharing,
      seed: options.seed, device: Device(threads: threads, precision: values[trainingPrecision]))
    if let encoder = entries.first(where: { $0.name == TrainOptions.encoder.declaration.name })?.value {
      try ModelFolder(URL(fileURLWithPath: encoder)).start(model)
    }
    return try Trainer(model, options: options, teachers: values[TrainOptions.teachers] ?? [])
  }
}
