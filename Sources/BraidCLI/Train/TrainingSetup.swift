import CommandLineOptions
import Foundation
import Networks
import Tasks
import Tensors
import Tokenization
import Training
import Wording

/// All that a run begins with.
struct TrainingSetup {
  let trainer: Trainer
  let run: RunFolder

  /// A run that is new.
  ///
  /// - Parameter say: takes remarks on what was done that nobody asked for.
  static func new(_ invocation: Invocation, say: (String) -> Void) throws -> TrainingSetup {
    var taskFiles = invocation[TrainCommand.taskFiles]
    var bundled: BundledTasks?
    if taskFiles.isEmpty {
      let found = try BundledTasks.required()
      bundled = found
      taskFiles = [shownPath(found.taskFile)]
      say("Training on the tasks that come with Braid: \(taskFiles[0])")
    }
    let file = try TaskFile.load(
      taskFiles, types: HeadKind.taskTypes, dataFolder: invocation[TrainOptions.data])
    let values = try invocation.options.filled(from: file.training)
    let options = try TrainingOptions(values)
    let output = try outputFolder(values, taskFiles: taskFiles)
    let device = try Device(threads: values[TrainOptions.threads])
    var tasks = try file.tasks.map { try $0.resolved() }

    var vocabularyWasMade = false
    let model: Model
    if let path = values[TrainOptions.encoder] {
      try refuseShape(values)
      if let length = values[TrainOptions.maximumLength] {
        for index in tasks.indices {
          tasks[index].maximumLength = min(length, tasks[index].maximumLength ?? length)
        }
      }
      let folder = try ModelFolder(URL(fileURLWithPath: path))
      let (started, report) = try folder.modelForTraining(
        tasks, dropout: values[TrainOptions.dropout].map { Float($0) }, seed: options.seed, device: device)
      model = started
      describe(report, of: folder, in: path).forEach(say)
    } else {
      let vocabulary: Vocabulary
      if let path = values[TrainOptions.vocabulary] ?? bundled?.vocabulary?.path {
        vocabulary = try Vocabulary(contentsOf: URL(fileURLWithPath: path))
      } else {
        vocabulary = try .trained(
          on: tasks, size: values[TrainOptions.vocabularySize] ?? 4000,
          lowercases: !values[TrainOptions.cased])
        vocabularyWasMade = true
        say("Made a vocabulary of \(grouped(vocabulary.count)) tokens from the training texts.")
      }
      model = try Model.new(
        shape(values, vocabulary: vocabulary),
        tokenizer: Tokenizer(vocabulary: vocabulary, lowercases: !values[TrainOptions.cased]), tasks: tasks,
        seed: options.seed, device: device)
    }
    let trainer = try Trainer(model, options: options)
    let record = RunRecord.entries(
      values, options: options, model: model, taskFiles: taskFiles, vocabularyWasMade: vocabularyWasMade)
    let run = try RunFolder.create(
      output, model: model, options: record, overwrites: invocation[TrainOptions.force])
    return TrainingSetup(trainer: trainer, run: run)
  }

  /// A run that was stopped.
  static func resumed(_ path: String, threads: Int?) throws -> TrainingSetup {
    let url = URL(fileURLWithPath: path)
    let run = try RunFolder.reopen(url)
    let folder = try ModelFolder(url)
    let options = try TrainingOptions(RunRecord.values(RunFolder.options(in: url)))
    let model = try Model(
      configuration: folder.encoder, tokenizer: folder.tokenizer, tasks: folder.tasks,
      device: Device(threads: threads))
    let trainer = try Trainer(model, options: options)
    try run.restore(trainer)
    return TrainingSetup(trainer: trainer, run: run)
  }

  private static func outputFolder(_ values: OptionValues, taskFiles: [String]) throws -> URL {
    guard let path = values[TrainOptions.output] else {
      return RunName.freeFolder(RunName.name(for: taskFiles))
    }
    let url = URL(fileURLWithPath: path)
    // Said before the data is read; `RunFolder.create` says it too.
    let entries = try? FileManager.default.contentsOfDirectory(atPath: path)
    let isFree = entries?.isEmpty ?? !FileManager.default.fileExists(atPath: path)
    guard isFree || values[TrainOptions.force] else {
      throw RunError(
        "\(path): there is something already; choose another --output, or give --force to replace the run")
    }
    return url
  }

  private static func shape(_ values: OptionValues, vocabulary: Vocabulary) -> EncoderConfiguration {
    var shape = EncoderConfiguration(vocabularySize: vocabulary.count)
    if let hidden = values[TrainOptions.hiddenSize] {
      shape.hiddenSize = hidden
      shape.feedForwardSize = 4 * hidden
    }
    if let layers = values[TrainOptions.layers] { shape.layers = layers }
    if let heads = values[TrainOptions.heads] { shape.attentionHeads = heads }
    if let size = values[TrainOptions.feedForwardSize] { shape.feedForwardSize = size }
    if let deviation = values[TrainOptions.deviation] { shape.initializerDeviation = Float(deviation) }
    if let length = values[TrainOptions.maximumLength] { shape.maximumLength = length }
    if let dropout = values[TrainOptions.dropout] {
      shape.dropout = Float(dropout)
      shape.attentionDropout = Float(dropout)
    }
    return shape
  }

  /// An encoder that is there has its shape and vocabulary.
  private static func refuseShape(_ values: OptionValues) throws(UsageError) {
    let given: [(Bool, String)] = [
      (values.isGiven(TrainOptions.vocabulary), "--vocab"),
      (values.isGiven(TrainOptions.vocabularySize), "--vocab-size"),
      (values.isGiven(TrainOptions.cased), "--cased"), (values.isGiven(TrainOptions.hiddenSize), "--hidden"),
      (values.isGiven(TrainOptions.layers), "--layers"), (values.isGiven(TrainOptions.heads), "--heads"),
      (values.isGiven(TrainOptions.feedForwardSize), "--feed-forward"),
      (values.isGiven(TrainOptions.deviation), "--deviation"),
    ]
    for (isGiven, name) in given where isGiven {
      throw .other("\(name) is for a new encoder; the one that --encoder names has its own")
    }
  }

  /// What loading an encoder left over, in words.
  private static func describe(
    _ report: ModelFolder.LoadingReport, of folder: ModelFolder, in path: String
  ) -> [String] {
    let heads =
      report.freshHeads.isEmpty
      ? "The encoder and the heads come from \(path)."
      : "The encoder comes from \(path); new heads: \(report.freshHeads.joined(separator: ", "))."
    var lines = [heads]
    if report.poolerIsFresh { lines.append("It has no pooler, so that starts fresh too.") }
    if !report.unusedHeads.isEmpty {
      lines.append("Heads there that no task here uses: \(report.unusedHeads.joined(separator: ", ")).")
    }
    if !report.unusedOthers.isEmpty {
      lines.append(
        "\(counted(report.unusedOthers.count, "tensor")) there have no use here, such as \(report.unusedOthers[0])."
      )
    }
    return lines
  }
}

/// A run that can't be started.
struct RunError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
