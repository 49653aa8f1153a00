import Foundation
import Tasks
import Tensors

/// The folder of one training run: a model folder, and beside it what the run was and what happened.
///
/// | file | holds |
/// | --- | --- |
/// | `config.json`, `vocab.txt`, `tasks.json`, `model.safetensors` | the best model so far |
/// | `run.json` | every option, the seed, the version |
/// | `metrics.jsonl` | a line for each logged step and each evaluation |
/// | `resume/` | what `--resume` goes on from; gone when the run has ended |
public struct RunFolder: Sendable {
  public let url: URL
  /// Steps between lines in `metrics.jsonl`.
  let logInterval: Int

  /// Makes the folder with everything but the parameters.
  ///
  /// - Parameters:
  ///   - options: the options as they were given, by name.
  ///   - overwrites: whether an earlier run in this place may go.
  /// - Throws: `ModelError` when there is a run already, `FileWritingError`.
  public static func create(
    _ url: URL, model: Model, options: [(name: String, value: String)], overwrites: Bool = false
  ) throws -> RunFolder {
    let manager = FileManager.default
    if manager.fileExists(atPath: url.path) {
      guard overwrites || (try? manager.contentsOfDirectory(atPath: url.path))?.isEmpty == true else {
        throw ModelError(
          "\(url.path): exists already; choose another --output, or give --force to replace it")
      }
      for name in Self.ownFiles {
        let file = url.appendingPathComponent(name)
        if manager.fileExists(atPath: file.path) { try manager.removeItem(at: file) }
      }
    }
    do { try manager.createDirectory(at: url, withIntermediateDirectories: true) } catch {
      throw FileWritingError(path: url.path, problem: "the folder can't be made")
    }
    try model.writeDescription(to: url)
    let members =
      [JSONValue.Member("version", .text(Braid.version))]
      + options.map { JSONValue.Member($0.name, .text($0.value)) }
    try AtomicFile.write(
      JSONValue.object(members).encoded() + "\n", to: url.appendingPathComponent("run.json"))
    return RunFolder(url: url, logInterval: 10)
  }

  private static let ownFiles = [
    "model.safetensors", "config.json", "tokenizer_config.json", "vocab.txt", "tasks.json", "run.json",
    "metrics.jsonl", "report.html", "resume",
  ]

  /// A run to go on with.
  ///
  /// - Throws: `ModelError` when the folder holds no unfinished run.
  public static func reopen(_ url: URL) throws -> RunFolder {
    let run = RunFolder(url: url, logInterval: 10)
    guard FileManager.default.fileExists(atPath: run.stateFile.path) else {
      let isRun = FileManager.default.fileExists(atPath: url.appendingPathComponent("run.json").path)
      throw ModelError(
        isRun
          ? "\(url.path): this run has ended, there is nothing to resume"
          : "\(url.path): there is no run in this folder")
    }
    return run
  }

  // MARK: Log

  func log(_ step: StepReport) throws {
    let isDue = step.step % logInterval == 0 || step.step == 1 || step.step == step.steps
    let gradients = step.gradients.map { [JSONValue.Member("gradients", $0.encoded)] } ?? []
    guard isDue || step.gradients?.isForLog == true else { return }
    let tasks = step.losses.map { loss in
      JSONValue.Member(
        loss.task, .object([.init("loss", .number(loss.loss)), .init("weight", .number(loss.weight))]))
    }
    try append(
      [
        .init("step", .number(step.step)), .init("epoch", .number(step.epoch)),
        .init("learningRate", .number(step.learningRate)), .init("gradientNorm", .number(step.gradientNorm)),
        .init("tokensPerSecond", .number((Double(step.tokens) / step.seconds).rounded())),
        .init("tasks", .object(tasks)),
      ] + gradients)
  }

  func log(_ evaluation: EvaluationReport) throws {
    let tasks = evaluation.tasks.map { task in
      JSONValue.Member(
        task.task,
        .object(task.values.map { .init($0.metric, $0.value.map { .number($0) } ?? JSONValue(.null)) }))
    }
    try append([
      .init("step", .number(evaluation.step)),
      .init("score", evaluation.score.map { .number($0) } ?? JSONValue(.null)),
      .init("best", .flag(evaluation.isBest)), .init("dev", .object(tasks)),
      .init("examples", .object(evaluation.tasks.map { .init($0.task, .number($0.count)) })),
    ])
  }

  private func append(_ members: [JSONValue.Member]) throws {
    let file = url.appendingPathComponent("metrics.jsonl")
    let line = JSONValue.object(members).encodedLine() + "\n"
    guard let stream = fopen(file.path, "a") else {
      throw FileWritingError(path: file.path, problem: "can't be opened: \(systemErrorText())")
    }
    let written = fputs(line, stream)
    guard fclose(stream) == 0, written >= 0 else {
      throw FileWritingError(path: file.path, problem: "can't be written: \(systemErrorText())")
    }
  }

  // MARK: Checkpoints

  func saveBest(_ model: Model) throws {
    try model.writeParameters(to: url.appendingPathComponent("model.safetensors"))
  }

  private var stateFolder: URL { url.appendingPathComponent("resume") }
  private var stateFile: URL { stateFolder.appendingPathComponent("state.safetensors") }

  /// Writes parameters, moments and counters in one file, so that they can't be of different steps.
  func saveState(of trainer: Trainer) throws {
    try FileManager.default.createDirectory(at: stateFolder, withIntermediateDirectories: true)
    let layout = trainer.model.parameters.layout
    let tensors = Self.state(of: trainer).map { name, memory in
      SafetensorsWriter.Tensor(
        name: name, shape: [layout.count],
        values: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory.floats)[..<layout.count]))
    }
    try SafetensorsWriter.write(
      tensors, metadata: ["state": RunState(trainer).encoded], to: stateFile)
  }

  /// Everything of a trainer that is as large as its parameters, and that a resumed run must have back.
  private static func state(of trainer: Trainer) -> [(name: String, memory: Memory)] {
    let averages = trainer.balance.averages?.slots ?? []
    return [("parameters", trainer.model.parameters.values)]
      + trainer.optimizer.allMoments.enumerated().map { ("moment.\($0.offset)", $0.element) }
      + averages.enumerated().map { ("average.\($0.offset)", $0.element) }
  }

  /// Puts a trainer where the run stopped.
  ///
  /// - Throws: `SafetensorsError` for a file that isn't sound, `TrainingError.otherRun` when it is of another run.
  public func restore(_ trainer: Trainer) throws {
    let reader = try SafetensorsReader(stateFile)
    guard let text = reader.metadata["state"] else {
      throw SafetensorsError(file: reader.path, "the state of the run is missing")
    }
    try RunState(text, file: reader.path).restore(trainer)
    if let best = trainer.best {
      trainer.best = Self.evaluations(in: url).last { $0.step == best.step && $0.isBest } ?? best
    }
    let count = trainer.model.parameters.layout.count
    for (name, memory) in Self.state(of: trainer) {
      try reader.read(name, into: UnsafeMutableBufferPointer(rebasing: memory.floats[..<count]))
    }
    trainer.model.parameters.pack()
  }

  func removeState() throws {
    if FileManager.default.fileExists(atPath: stateFolder.path) {
      try FileManager.default.removeItem(at: stateFolder)
    }
  }
}

extension GradientStatistics {
  fileprivate var encoded: JSONValue {
    let norms = norms.map { JSONValue.Member($0.task, .number($0.value)) }
    let cosines = cosines.map { JSONValue.list([.text($0.first), .text($0.second), .number($0.value)]) }
    return .object([.init("norms", .object(norms)), .init("cosines", .list(cosines))])
  }
}

/// What this library calls itself in files.
public enum Braid {
  public static let version = "0.1.0"
}
