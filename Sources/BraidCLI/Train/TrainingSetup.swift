import CommandLineOptions
import Foundation
import Tasks
import Tensors
import Training

/// All that a run begins with.
struct TrainingSetup {
  let trainer: Trainer
  let run: RunFolder
  /// Nil in runs of an older version.
  let fingerprint: String?

  /// A run that is new.
  static func new(_ invocation: Invocation) throws -> TrainingSetup {
    let given = try GivenTasks(invocation)
    if given.bundled != nil {
      invocation.say("Training on the tasks that come with Braid: \(given.paths[0])")
    }
    let values = try invocation.options.filled(from: given.file.training)
    let options = try TrainingOptions(values)
    let output = try outputFolder(values, taskFiles: given.paths)
    let device = try Device(threads: values[threads], precision: values[trainingPrecision])
    let start = try StartingPoint(values, given, say: invocation.say)
    try options.checkMemory(for: start.encoder, tasks: start.tasks.count)
    let model = try start.model(
      start.tasks, sharing: start.sharing, seed: options.seed, device: device, say: invocation.say)
    let trainer = try Trainer(model, options: options, teachers: values[TrainOptions.teachers] ?? [])
    let record = RunRecord.entries(
      values, options: options, model: model, taskFiles: given.paths,
      vocabularyWasMade: start.vocabularyWasMade, run: output)
    let fingerprint = trainer.fingerprint(options: RunRecord.deciding(record)).description
    let run = try RunFolder.create(
      output, model: model, options: record + [(RunRecord.fingerprint, fingerprint)],
      overwrites: invocation[TrainOptions.force])
    return TrainingSetup(trainer: trainer, run: run, fingerprint: fingerprint)
  }

  /// A run that was stopped.
  static func resumed(_ path: String, threads: Int?) throws -> TrainingSetup {
    let url = URL(fileURLWithPath: path)
    let run = try RunFolder.reopen(url)
    let folder = try ModelFolder(url)
    let entries = try RunRecord.read(url)
    let values = try RunRecord.values(entries)
    let options = try TrainingOptions(recorded: values)
    try options.checkMemory(for: folder.encoder, tasks: folder.tasks.count)
    let model = try Model(
      configuration: folder.encoder, tokenizer: folder.tokenizer, tasks: folder.tasks,
      sharing: folder.sharing,
      device: Device(threads: threads, precision: values[trainingPrecision]))
    let trainer = try Trainer(model, options: options, teachers: values[TrainOptions.teachers] ?? [])
    try run.restore(trainer)
    return TrainingSetup(
      trainer: trainer, run: run, fingerprint: entries.first { $0.name == RunRecord.fingerprint }?.value)
  }

  private static func outputFolder(_ values: OptionValues, taskFiles: [String]) throws -> URL {
    guard let path = values[TrainOptions.output] else {
      return RunName.freeFolder(RunName.name(for: taskFiles))
    }
    let url = URL(fileURLWithPath: path)
    // Before the data is read, and not only when the folder is made.
    if !values[TrainOptions.force] { try RunFolder.checkIsFree(url) }
    return url
  }
}
