import Balancing
import Foundation
import Networks
import Tasks
import Tensors

/// Fine-tunes a model on its tasks.
public final class Trainer {
  public let model: Model
  public let options: TrainingOptions
  let data: TrainingData
  let sampler: BatchSampler
  let optimizer: Optimizer
  let movement: MovementGroups
  let schedule: LearningRateSchedule
  var balance: TaskBalance
  /// Steps of the optimizer taken so far, over all epochs.
  var step = 0
  var best: EvaluationReport?
  var evaluationsWithoutBetter = 0
  /// Steps that were left out, as their numbers were not finite; and how many of them just now, one after the other.
  var skippedSteps = 0
  var skippedInARow = 0
  /// Of the steps that `affinityInterval` says.
  public internal(set) var affinity: TaskAffinity

  let passes: BatchPasses
  let trials: BatchTrials
  /// Slots for measuring the tasks' gradients for the log; made when they are needed first.
  private(set) var measuredSlots: GradientBuffers?
  private let predictor: Predictor
  private var tokens = 0
  private var seconds = 0.0
  /// Steps in each epoch.
  private let epochSteps: [Int]

  /// Reads and tokenises the data, and plans the run.
  ///
  /// - Parameters:
  ///   - model: made for training; its tasks are resolved, its parameters initialised or loaded.
  ///   - teachers: what tasks are taught beside their labels; asked about all training rows at once.
  /// - Throws: `TrainingError`, `SamplingError`, `DataError`, `TaskFileError`, `DeviceError`, `TeacherError`; what
  ///   `ModelFolder` throws.
  public convenience init(
    _ model: Model, options: TrainingOptions, teachers: [TeacherSource] = []
  ) throws {
    let precision = model.parameters.device.precision
    guard Precision.trainable.contains(precision) else { throw TrainingError.notTrainable(precision) }
    try self.init(model, data: TrainingData(model, teachers: teachers), options: options)
  }

  init(_ model: Model, data: TrainingData, options: TrainingOptions) throws {
    guard !model.tasks.isEmpty else { throw TrainingError.noTasks }
    guard options.frozenLayers <= model.configuration.layers else {
      throw TrainingError.frozen(layers: options.frozenLayers, of: model.configuration.layers)
    }
    for (task, dev) in zip(model.tasks, data.dev) {
      _ = try task.resolvedMetrics()
      if let dev { try task.checkMemory(ofPredictionsFor: dev) }
    }
    try Trainer.check(options.bestMetric, in: model.tasks)
    try options.adversary.check(in: model.tasks)
    try options.proximal.check(in: model.tasks)
    try MemoryPlan(
      parameters: model.parameters.layout.count, tasks: model.tasks.count, options: options,
      isProximal: options.proximal.isUsed(by: model.tasks)
    ).check()
    try model.parameters.reserve()
    self.model = model
    self.options = options
    self.data = data
    affinity = TaskAffinity(tasks: model.tasks.map(\.name))
    sampler = try BatchSampler(
      tasks: model.tasks.map(\.name), data: data.train, options: options.sampling())
    balance = try TaskBalance(options, model: model, data: data)
    model.freeze(as: options)
    let movement = MovementGroups(model.tasks, sharing: model.network.encoder.sharing)
    self.movement = movement
    optimizer = try Optimizer(
      options.optimizer, parameters: model.parameters, tasks: model.tasks.count,
      group: { movement.group(of: $0) })
    let sampler = sampler
    var trials = BatchTrials()
    epochSteps = (0..<options.epochs).map { epoch in
      let plan = sampler.plan(epoch: epoch)
      trials.note(plan, epoch: epoch, data: data.train)
      return plan.stepCount
    }
    self.trials = trials
    schedule = LearningRateSchedule(
      shape: options.schedule, peak: options.learningRate, warmUp: options.warmUp,
      steps: epochSteps.reduce(0, +))
    let layout = model.parameters.layout
    let gradients =
      balance.separatesTasks
      ? try GradientBuffers(layout: layout, slots: model.tasks.count, group: balance.groups.group)
      : try GradientBuffers(layout: layout)
    passes = try BatchPasses(model, data: data, options: options, gradients: gradients)
    predictor = Predictor(model)
  }

  /// Nil when gradients are not to be measured for the log, or need not be.
  func gradientsToMeasure() throws -> GradientBuffers? {
    guard options.gradientLogInterval > 0, model.tasks.count > 1, !balance.separatesTasks else { return nil }
    return try taskSlots()
  }

  /// A slot a task for gradients that are measured and not learned from.
  func taskSlots() throws -> GradientBuffers {
    if let measuredSlots { return measuredSlots }
    let slots = try GradientBuffers(
      layout: model.parameters.layout, slots: model.tasks.count, group: balance.groups.group)
    measuredSlots = slots
    return slots
  }

  /// The metrics that a run can be told to go by.
  static func bestMetrics(of tasks: [TaskDefinition]) -> [String] {
    tasks.flatMap { task in task.metrics.map { "\(task.name).\($0)" } }
  }

  private static func check(_ bestMetric: String?, in tasks: [TaskDefinition]) throws(TrainingError) {
    guard let bestMetric else { return }
    let known = bestMetrics(of: tasks)
    guard known.contains(bestMetric) else { throw .unknownBestMetric(bestMetric, known: known) }
  }

  public var summary: RunSummary {
    let tasks = model.tasks.enumerated().map { index, task in
      let skipped = sampler.skippedQueries(of: index)
      let dev = data.dev[index]
      return RunSummary.Task(
        name: task.name, type: task.type.name,
        examples: data.train[index].count, devExamples: dev?.count ?? 0,
        truncated: data.train[index].truncatedCount + (dev?.truncatedCount ?? 0),
        unanswerableQueries: skipped.unanswerable, singleCandidateQueries: skipped.single,
        cutAnswers: sampler.skippedExamples(of: index),
        metrics: task.metrics, teachers: data.teachers[index]?.teachers ?? [])
    }
    return RunSummary(
      tasks: tasks, parameters: model.parameters.layout.parameterCount,
      threads: model.parameters.device.threads,
      instructions: model.parameters.device.instructions, epochs: options.epochs,
      steps: schedule.steps, firstStep: step)
  }

  // MARK: The run

  /// Trains to the end, or until `shouldStop` says so after a step.
  ///
  /// - Parameters:
  ///   - run: where checkpoints go; nil to keep none.
  ///   - report: called with what happens.
  /// - Returns: how the run ended. The model holds the parameters of the last step, not of the best checkpoint.
  /// - Throws: `TrainingError` for numbers that are not finite, `FileWritingError`.
  public func run(
    to run: RunFolder? = nil, shouldStop: () -> Bool = { false }, report: (TrainingEvent) -> Void = { _ in }
  ) throws -> RunResult {
    report(.started(summary))
    if step < schedule.steps {
      do { report(.planned(try tryLargestBatches())) } catch {
        // A run that has not begun leaves nothing in the way of the next.
        if let run, !RunFolder.isUnfinished(run.url) { run.remove() }
        throw error
      }
    }
    var saving = SavingSchedule(begin: .now)
    if let run, !RunFolder.isUnfinished(run.url) { try save(in: run, &saving) }
    var before = 0
    for epoch in 0..<options.epochs {
      defer { before += epochSteps[epoch] }
      guard step < before + epochSteps[epoch] else { continue }
      let plan = sampler.plan(epoch: epoch)
      while step < before + epochSteps[epoch] {
        let event = try takeOrSkipStep(step - before, of: plan, epoch: epoch)
        if case .stepped(let step) = event {
          tokens += step.tokens
          seconds += step.seconds
        }
        try run?.log(event)
        report(event)
        let isEpochEnd = step == before + epochSteps[epoch]
        let isDue = options.evaluationInterval.map { step % $0 == 0 || step == schedule.steps } ?? isEpochEnd
        if isDue {
          report(.evaluating(step: step))
          let evaluation = try evaluate()
          balance.observe(metrics: mainMetrics(of: evaluation))
          keep(evaluation)
          if evaluation.isBest { try run?.saveBest(model) }
          try run?.log(.evaluated(evaluation))
          report(.evaluated(evaluation))
          if hasLostPatience { return try finish(.stoppedEarly, run) }
        }
        guard step < schedule.steps else { continue }
        let isStopped = shouldStop()
        if let run, isStopped || isDue || saving.isDue(at: .now) { try save(in: run, &saving) }
        if isStopped { return try finish(.interrupted, run) }
      }
    }
    return try finish(.finished, run)
  }

  private var hasLostPatience: Bool { options.patience.map { evaluationsWithoutBetter >= $0 } ?? false }

  private func save(in run: RunFolder, _ saving: inout SavingSchedule) throws {
    let begin = ContinuousClock.now
    try run.saveState(of: self)
    saving.note(begin..<ContinuousClock.now)
  }

  private func finish(_ ending: RunResult.Ending, _ run: RunFolder?) throws -> RunResult {
    if ending != .interrupted { try run?.removeState() }
    return RunResult(
      ending: ending, best: best, steps: step, skippedSteps: skippedSteps, tokens: tokens,
      trainingSeconds: seconds)
  }

  // MARK: Evaluation

  /// The dev figures of every task that has a dev split.
  private func evaluate() throws -> EvaluationReport {
    var evaluations: [TaskEvaluation] = []
    for (index, task) in model.tasks.enumerated() {
      guard let examples = data.dev[index] else { continue }
      let predictions = predictor.predictions(for: examples, task: index, queries: options.queries)
      evaluations.append(try task.evaluate(predictions, of: examples, queries: options.queries))
    }
    let score = score(of: evaluations)
    let isBest = score.map { new in best?.score.map { new > $0 } ?? true } ?? true
    return EvaluationReport(step: step, tasks: evaluations, score: score, isBest: isBest)
  }

  /// One a task, nil for those without dev data.
  private func mainMetrics(of evaluation: EvaluationReport) -> [Double?] {
    model.tasks.map { task in evaluation.tasks.first { $0.task == task.name }.flatMap(\.score) }
  }

  private func score(of evaluations: [TaskEvaluation]) -> Double? {
    if let name = options.bestMetric {
      for evaluation in evaluations where name.hasPrefix(evaluation.task + ".") {
        return evaluation.score(by: String(name.dropFirst(evaluation.task.count + 1)))
      }
      return nil
    }
    let scores = evaluations.compactMap(\.score)
    return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }

  private func keep(_ evaluation: EvaluationReport) {
    if evaluation.isBest {
      best = evaluation
      evaluationsWithoutBetter = 0
    } else {
      evaluationsWithoutBetter += 1
    }
  }
}
