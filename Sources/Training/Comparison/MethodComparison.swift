import Evaluation
import Foundation
import Tasks

/// Trains each task alone and all together by several methods, some seeds of each, and keeps what came of it in a file, so
/// that a comparison that was stopped goes on.
public struct MethodComparison: Sendable {
  /// One model to train.
  public struct Run: Sendable, Equatable {
    /// Nil for a task by itself.
    public let method: String?
    /// Nil for all tasks.
    public let task: String?
    public let seed: UInt64

    public var title: String { (task.map { "\($0) alone" } ?? method ?? "") + ", seed \(seed)" }
  }

  public struct Outcome: Sendable, Equatable {
    public let run: Run
    /// The best evaluation.
    public let dev: [TaskEvaluation]
    public let secondsAStep: Double
  }

  public let tasks: [TaskDefinition]
  public let methods: [BalancingMethod]
  public let seeds: [UInt64]
  /// What decides the results, but for method and seed: outcomes of other options are not taken over.
  private let options: [(name: String, value: String)]
  public private(set) var outcomes: [Outcome] = []
  private let file: URL

  /// - Parameters:
  ///   - options: all that decides results, by name.
  ///   - file: where outcomes are kept; those that it holds already are taken over.
  /// - Throws: `ModelError` for a file of another comparison, and for tasks without dev data; `FileWritingError`.
  public init(
    tasks: [TaskDefinition], methods: [BalancingMethod], seeds: [UInt64],
    options: [(name: String, value: String)], file: URL
  ) throws {
    self.tasks = tasks
    self.methods = methods
    self.seeds = seeds
    self.options = options
    self.file = file
    guard tasks.contains(where: { $0.dev != nil }) else {
      throw ModelError("no task has dev data, and methods are compared by nothing else")
    }
    if FileManager.default.fileExists(atPath: file.path) { try read() }
    // Where nothing can be kept, that is to be known before the first model is trained.
    try write()
  }

  /// All runs, in their order: seeds outermost, so that a comparison that is stopped has looked at every method.
  public var runs: [Run] {
    seeds.flatMap { seed in
      tasks.map { Run(method: nil, task: $0.name, seed: seed) }
        + methods.map { Run(method: $0.name, task: nil, seed: seed) }
    }
  }

  public var remaining: [Run] { runs.filter { run in !outcomes.contains { $0.run == run } } }

  /// Trains one model.
  ///
  /// - Parameters:
  ///   - model: makes a model of tasks from a seed.
  ///   - shouldStop: asked after each step; a run that is stopped leaves nothing.
  /// - Returns: false when it was stopped.
  public mutating func take(
    _ run: Run, options: TrainingOptions, model: ([TaskDefinition], UInt64) throws -> Model,
    shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Bool {
    var options = options
    options.seed = run.seed
    if let method = methods.first(where: { $0.name == run.method }) { options = method.applied(to: options) }
    let tasks = tasks.filter { run.task == nil || $0.name == run.task }
    let result = try Trainer(model(tasks, run.seed), options: options)
      .run(shouldStop: shouldStop, report: report)
    guard result.ending != .interrupted else { return false }
    outcomes.append(
      Outcome(
        run: run, dev: result.best?.tasks ?? [],
        secondsAStep: result.trainingSeconds / Double(max(result.steps, 1))))
    try write()
    return true
  }

  // MARK: What came of it

  /// Mean and standard deviation over seeds.
  public struct Spread: Sendable, Equatable {
    public let mean: Double
    /// Of the sample; nil for a single seed.
    public let deviation: Double?

    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      deviation =
        values.count < 2
        ? nil
        : (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
  }

  /// A task's main metric under a method; with nil, of the models of the task alone.
  public func metric(of task: String, method: String?) -> Spread? {
    Spread(
      outcomes.filter { $0.run.method == method && ($0.run.task ?? task) == task }
        .compactMap { Self.main(task, $0) })
  }

  /// Δm in percent of a method's models over the mean of the single-task models.
  public func gain(of method: String) -> Spread? {
    let single = tasks.compactMap { metric(of: $0.name, method: nil)?.mean }
    guard single.count == tasks.count else { return nil }
    return Spread(
      outcomes.filter { $0.run.method == method }.compactMap { outcome in
        let values = tasks.compactMap { Self.main($0.name, outcome) }
        guard values.count == tasks.count else { return nil }
        return MultiTaskGain.percent(
          multiTask: values, singleTask: single,
          lowerIsBetter: tasks.map { (try? Metric.named($0.mainMetric).higherIsBetter) == false })
      })
  }

  /// Seconds a step; of single-task models over all tasks.
  public func secondsAStep(of method: String?) -> Double? {
    Spread(outcomes.filter { $0.run.method == method }.map(\.secondsAStep))?.mean
  }

  private static func main(_ task: String, _ outcome: Outcome) -> Double? {
    outcome.dev.first { $0.task == task }.flatMap { $0[$0.mainMetric] }
  }
}

// MARK: - File

extension MethodComparison {
  private func write() throws {
    let runs = outcomes.map { outcome in
      JSONValue.object([
        .init("method", outcome.run.method.map { .text($0) } ?? JSONValue(.null)),
        .init("task", outcome.run.task.map { .text($0) } ?? JSONValue(.null)),
        .init("seed", .number(Int(outcome.run.seed))),
        .init("secondsAStep", .number(outcome.secondsAStep)),
        .init("dev", .object(outcome.dev.map { .init($0.task, $0.kept) })),
      ])
    }
    let content = JSONValue.object([
      .init("version", .text(Braid.version)),
      .init("options", .object(options.map { .init($0.name, .text($0.value)) })), .init("runs", .list(runs)),
    ])
    try AtomicFile.write(content.encoded() + "\n", to: file)
  }

  private mutating func read() throws {
    guard let data = FileManager.default.contents(atPath: file.path),
      let content = try? JSONReader.read(Array(data)[...]), let members = content["options"]?.members,
      let runs = content["runs"]?.elements
    else { throw ModelError("\(file.path): this is not the file of a comparison") }
    for (name, value) in options {
      let there = members.first { $0.name == name }?.value.string ?? "nothing"
      guard there == value else {
        throw ModelError(
          "\(file.path): its comparison was made with \(name) \(there), not \(value); give another --output")
      }
    }
    outcomes = runs.compactMap { run in
      guard let seed = run["seed"]?.integer.flatMap(UInt64.init(exactly:)),
        let seconds = run["secondsAStep"]?.number,
        let dev = run["dev"]?.members
      else { return nil }
      let evaluations = dev.compactMap { member in
        tasks.first { $0.name == member.name }.map { TaskEvaluation(member.value, of: $0) }
      }
      return Outcome(
        run: Run(method: run["method"]?.string, task: run["task"]?.string, seed: seed),
        dev: evaluations, secondsAStep: seconds)
    }
  }
}

extension TaskEvaluation {
  /// With the number of examples before the metrics.
  fileprivate var kept: JSONValue {
    .object([JSONValue.Member("examples", .number(count))] + (encoded.members ?? []))
  }

  fileprivate init(_ value: JSONValue, of task: TaskDefinition) {
    let members = value.members ?? []
    self.init(
      task: task.name, count: value["examples"]?.integer ?? 0,
      values: members.filter { $0.name != "examples" }.map { .init(metric: $0.name, value: $0.value.number) },
      mainMetric: task.mainMetric)
  }
}
