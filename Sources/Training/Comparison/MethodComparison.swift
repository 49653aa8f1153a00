import Evaluation
import Foundation
import Tasks

/// Trains each task alone and all together by several methods, some seeds of each, and keeps what came of it in a file, so
/// that a comparison that was stopped goes on.
public struct MethodComparison: Sendable {
  /// A way to balance tasks and one in which they share the encoder.
  public struct Method: Sendable, Equatable {
    public let balancing: BalancingMethod
    /// Nil for as what the model starts from says.
    public let sharing: SharingDefinition?

    public init(_ balancing: BalancingMethod, sharing: SharingDefinition? = nil) {
      self.balancing = balancing
      self.sharing = sharing
    }
  }

  /// One model to train.
  public struct Run: Sendable, Equatable {
    /// The name of the way to balance; nil for a task by itself.
    let balancing: String?
    /// The spelling of the way to share.
    let sharing: String?
    /// Nil for all tasks.
    public let task: String?
    public let seed: UInt64

    init(_ method: Method, seed: UInt64) {
      self.init(
        balancing: method.balancing.name, sharing: method.sharing?.spelling, task: nil, seed: seed)
    }

    init(balancing: String? = nil, sharing: String? = nil, task: String?, seed: UInt64) {
      self.balancing = balancing
      self.sharing = sharing
      self.task = task
      self.seed = seed
    }

    fileprivate func isOf(_ method: Method?) -> Bool {
      balancing == method?.balancing.name && sharing == method?.sharing?.spelling
    }
  }

  public struct Outcome: Sendable, Equatable {
    public let run: Run
    /// The best evaluation.
    public let dev: [TaskEvaluation]
    public let secondsAStep: Double
    public let parameters: Int
  }

  public let tasks: [TaskDefinition]
  public let methods: [Method]
  public let seeds: [UInt64]
  /// What decides the results, but for method and seed: outcomes of other options are not taken over.
  let options: [(name: String, value: String)]
  let fingerprint: RunFingerprint
  public internal(set) var outcomes: [Outcome] = []
  let file: URL

  /// - Parameters:
  ///   - options: all that decides results, by name.
  ///   - fingerprint: of tasks, data and start, as `fingerprint(of:)` makes it.
  ///   - file: where outcomes are kept; those that it holds already are taken over. One that an earlier version has written
  ///     is without a fingerprint, and is taken to be of these tasks and data.
  /// - Throws: `ModelError` for a file of another comparison or one that can't be read, and for tasks without dev data;
  ///   `FileWritingError`.
  public init(
    tasks: [TaskDefinition], methods: [Method], seeds: [UInt64],
    options: [(name: String, value: String)], fingerprint: RunFingerprint, file: URL
  ) throws {
    self.tasks = tasks
    self.methods = methods
    self.seeds = seeds
    self.options = options
    self.fingerprint = fingerprint
    self.file = file
    guard tasks.contains(where: { $0.dev != nil }) else {
      throw ModelError("no task has dev data, and methods are compared by nothing else")
    }
    if FileManager.default.fileExists(atPath: file.path) { try read() }
    // Where nothing can be kept, that is to be known before the first model is trained.
    try AtomicFile.check(file)
  }

  /// Of the tasks, their data with what teachers say of them, and what models start from.
  ///
  /// - Parameters: as those of `take`.
  /// - Throws: `DataError`, `TrainingError`, `TeacherError`; what `model` throws.
  public static func fingerprint(
    of tasks: [TaskDefinition], teachers: [TeacherSource] = [],
    model: ([TaskDefinition], SharingDefinition?, UInt64) throws -> Model
  ) throws -> RunFingerprint {
    // Whatever is compared, this is a model of all its tasks.
    let model = try model(tasks, .hard, 1)
    return RunFingerprint(model, data: try TrainingData(model, teachers: teachers), options: [])
  }

  /// All runs, in their order: seeds outermost, so that a comparison that is stopped has looked at every method.
  public var runs: [Run] {
    seeds.flatMap { seed in
      tasks.map { Run(task: $0.name, seed: seed) } + methods.map { Run($0, seed: seed) }
    }
  }

  public var remaining: [Run] { runs.filter { run in !outcomes.contains { $0.run == run } } }

  /// What tells a method from the others: how it balances, how it shares, or both.
  public func name(of method: Method) -> String {
    let balancing = method.balancing.name
    guard let sharing = method.sharing?.spelling, methods.contains(where: { $0.sharing != method.sharing })
    else { return balancing }
    return methods.allSatisfy { $0.balancing == method.balancing } ? sharing : "\(sharing) \(balancing)"
  }

  public func title(of run: Run) -> String {
    let method = methods.first { run.isOf($0) }
    return (run.task.map { "\($0) alone" } ?? method.map { name(of: $0) } ?? "") + ", seed \(run.seed)"
  }

  /// Trains one model.
  ///
  /// - Parameters:
  ///   - teachers: of the run's tasks; a task alone has those that it has among others.
  ///   - model: makes a model of tasks that share the encoder in some way from a seed.
  ///   - shouldStop: asked after each step; a run that is stopped leaves nothing.
  /// - Returns: false when it was stopped.
  public mutating func take(
    _ run: Run, options: TrainingOptions, teachers: [TeacherSource] = [],
    model: ([TaskDefinition], SharingDefinition?, UInt64) throws -> Model,
    shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Bool {
    var options = options
    options.seed = run.seed
    // A task alone has nobody to share with: what it is measured by is the plain model.
    var sharing: SharingDefinition? = .hard
    if let method = methods.first(where: { run.isOf($0) }) {
      options = method.balancing.applied(to: options)
      sharing = method.sharing
    }
    let model = try model(tasks.filter { run.task == nil || $0.name == run.task }, sharing, run.seed)
    var own = teachers
    if let task = run.task {
      own = try teachers.filter { try $0.teaches(task) }
      // Of another task: what is none of any is refused by the trainer.
      if let best = options.bestMetric, Trainer.bestMetrics(of: tasks).contains(best),
        !Trainer.bestMetrics(of: model.tasks).contains(best)
      {
        options.bestMetric = nil
      }
      options.adversary.weights = .all(options.adversary.weights[task])
      options.proximal.weights = .all(options.proximal.weights[task])
    }
    let result = try Trainer(model, options: options, teachers: own)
      .run(shouldStop: shouldStop, report: report)
    guard result.ending != .interrupted else { return false }
    outcomes.append(
      Outcome(
        run: run, dev: result.best?.tasks ?? [],
        secondsAStep: result.trainingSeconds / Double(max(result.steps, 1)),
        parameters: model.parameters.layout.parameterCount))
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
  public func metric(of task: String, method: Method?) -> Spread? {
    Spread(
      outcomes.filter { $0.run.isOf(method) && ($0.run.task ?? task) == task }
        .compactMap { Self.main(task, $0) })
  }

  /// Δm in percent of a method's models over the mean of the single-task models.
  public func gain(of method: Method) -> Spread? {
    let single = tasks.compactMap { metric(of: $0.name, method: nil)?.mean }
    guard single.count == tasks.count else { return nil }
    return Spread(
      outcomes.filter { $0.run.isOf(method) }.compactMap { outcome in
        let values = tasks.compactMap { Self.main($0.name, outcome) }
        guard values.count == tasks.count else { return nil }
        return MultiTaskGain.percent(
          multiTask: values, singleTask: single,
          lowerIsBetter: tasks.map { (try? Metric.named($0.mainMetric).higherIsBetter) == false })
      })
  }

  /// Seconds a step; of single-task models over all tasks.
  public func secondsAStep(of method: Method?) -> Double? {
    Spread(outcomes.filter { $0.run.isOf(method) }.map(\.secondsAStep))?.mean
  }

  /// Parameters of a model; of single-task models all tasks' together.
  public func parameters(of method: Method?) -> Int? {
    let outcomes = outcomes.filter { $0.run.isOf(method) }
    guard let seed = outcomes.first?.run.seed else { return nil }
    return outcomes.filter { $0.run.seed == seed }.reduce(0) { $0 + $1.parameters }
  }

  private static func main(_ task: String, _ outcome: Outcome) -> Double? {
    outcome.dev.first { $0.task == task }.flatMap { $0[$0.mainMetric] }
  }
}
