import Bytes
import Foundation
import Tasks

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
  private let logInterval = 10
  private let lock: FolderLock

  private init(_ url: URL) throws {
    self.url = url
    lock = try FolderLock(url)
  }

  /// Makes the folder with everything but the parameters.
  ///
  /// - Parameters:
  ///   - options: the options as they were given, by name.
  ///   - overwrites: whether an earlier run in this place may go.
  /// - Throws: `ModelError` when there is a run already, or another process at work in it; `FileWritingError`.
  public static func create(
    _ url: URL, model: Model, options: [(name: String, value: String)], overwrites: Bool = false
  ) throws -> RunFolder {
    if !overwrites { try checkIsFree(url) }
    let manager = FileManager.default
    do { try manager.createDirectory(at: url, withIntermediateDirectories: true) } catch {
      throw FileWritingError(folder: url, making: error)
    }
    let run = try RunFolder(url)
    run.removeUnfinishedFiles()
    for name in Self.ownFiles {
      let file = url.appendingPathComponent(name)
      if manager.fileExists(atPath: file.path) { try manager.removeItem(at: file) }
    }
    try model.writeDescription(to: url)
    let members =
      [JSONValue.Member("version", .text(Braid.version))]
      + options.map { JSONValue.Member($0.name, .text($0.value)) }
    try AtomicFile.write(
      JSONValue.object(members).encoded() + "\n", to: url.appendingPathComponent("run.json"))
    Durability.synchronizeFolder(url.deletingLastPathComponent().path)
    return run
  }

  /// - Throws: `ModelError` when something stands where a run is to be made.
  public static func checkIsFree(_ url: URL) throws(ModelError) {
    let manager = FileManager.default
    let isEmpty = (try? manager.contentsOfDirectory(atPath: url.path))?.isEmpty
    guard isEmpty ?? !manager.fileExists(atPath: url.path) else {
      throw ModelError(
        "\(url.path): there is something already; choose another --output, or give --force to replace the run"
      )
    }
  }

  /// In the order in which an earlier run's are removed: first what it could be resumed from.
  private static let ownFiles = [
    "resume", "run.json", "model.safetensors", "config.json", "tokenizer_config.json", "vocab.txt",
    "tasks.json", "metrics.jsonl", "report.html",
  ]

  /// A run to go on with.
  ///
  /// - Throws: `ModelError` when the folder holds no unfinished run, or another process is at work in it.
  public static func reopen(_ url: URL) throws -> RunFolder {
    let run = try RunFolder(url)
    guard isUnfinished(url) else {
      let manager = FileManager.default
      func has(_ name: String) -> Bool { manager.fileExists(atPath: url.appendingPathComponent(name).path) }
      guard has("run.json") else { throw ModelError("\(url.path): there is no run in this folder") }
      throw ModelError(
        has("model.safetensors")
          ? "\(url.path): this run has ended, there is nothing to resume"
          : "\(url.path): this run was stopped before its first step; start it again, with --force")
    }
    run.removeUnfinishedFiles()
    return run
  }

  /// Takes away what `create` made; the folder too, where it holds nothing else.
  func remove() {
    for name in Self.ownFiles { try? FileManager.default.removeItem(at: url.appendingPathComponent(name)) }
    _ = System.removeEmptyFolder(url.path)
  }

  var log: RunLog { RunLog(file: url.appendingPathComponent("metrics.jsonl")) }

  // MARK: Log

  func log(_ event: TrainingEvent) throws {
    switch event {
    case .stepped(let step): try log(step)
    case .skipped(let skipped):
      try log.append([.init("step", .number(skipped.step)), .init("skipped", .text(skipped.reason))])
    case .evaluated(let evaluation): try log(evaluation)
    case .started, .planned, .evaluating: break
    }
  }

  private func log(_ step: StepReport) throws {
    let isDue = step.step % logInterval == 0 || step.step == 1 || step.step == step.steps
    let gradients = step.gradients.map { [JSONValue.Member("gradients", $0.encoded)] } ?? []
    guard isDue || step.gradients?.isForLog == true else { return }
    let tasks = step.losses.map { loss in
      JSONValue.Member(
        loss.task, .object([.init("loss", .number(loss.loss)), .init("weight", .number(loss.weight))]))
    }
    try log.append(
      [
        .init("step", .number(step.step)), .init("epoch", .number(step.epoch)),
        .init("learningRate", .number(step.learningRate)), .init("gradientNorm", .number(step.gradientNorm)),
        .init("tokensPerSecond", .number((Double(step.tokens) / step.seconds).rounded())),
        .init("tasks", .object(tasks)),
      ] + gradients)
  }

  private func log(_ evaluation: EvaluationReport) throws {
    try log.append([
      .init("step", .number(evaluation.step)),
      .init("score", .number(evaluation.score)),
      .init("best", .flag(evaluation.isBest)),
      .init("dev", .object(evaluation.tasks.map { .init($0.task, $0.encoded) })),
      .init("examples", .object(evaluation.tasks.map { .init($0.task, .number($0.count)) })),
    ])
  }

  // MARK: Checkpoints

  func saveBest(_ model: Model) throws {
    try model.writeParameters(to: url.appendingPathComponent("model.safetensors"))
  }
}

extension GradientStatistics {
  fileprivate var encoded: JSONValue {
    let norms = norms.map { JSONValue.Member($0.task, .number($0.value)) }
    let cosines = cosines.map { JSONValue.list([.text($0.first), .text($0.second), .number($0.value)]) }
    return .object([.init("norms", .object(norms)), .init("cosines", .list(cosines))])
  }
}
