import Balancing
import Foundation
import Randomness
import Tasks
import Tensors

/// One step of the optimizer: the passes over its batches, and what is asked of them for balancing tasks.
extension Trainer {
  /// Forward passes that the variance of predictions under dropout is taken over.
  private static let variancePasses = 4

  func takeStep(_ number: Int, of plan: BatchPlan, epoch: Int) throws -> StepReport {
    let begin = ContinuousClock.now
    let batches = plan.batches(ofStep: number)
    try measureAffinity(batches, of: plan, epoch: epoch)
    var statistics = try measuredGradients(batches, of: plan, epoch: epoch)
    var record = TaskBalance.Step(tasks: model.tasks.count, number: step, epoch: epoch)
    var weights: [Double] = []
    var tokens = 0
    var active: Set<String> = []
    let sequences = batches.reduce(0) { $0 + plan.sequenceCount(of: $1) }
    for index in batches {
      if balance.needs.contains(.variances) { try recordVariances(index, of: plan, batches, in: &record) }
      try forward(index, of: plan, batches)
      recordPass(in: &record)
      tokens += passes.batch.rowCount
      active.formUnion(movement.groups(of: passes.parts.map(\.task)))
      if balance.separatesTasks {
        passes.backward { Double($0.sequences) }
      } else {
        weights = balance.weights(for: record)
        let count = passes.batch.sequenceCount
        // Of several batches each counts by its sequences.
        let share = Double(count * batches.count) / Double(sequences)
        passes.backward { weights[$0.task] * (Double($0.sequences) / Double(count)) * share }
      }
    }
    let rate = schedule.rate(at: step)
    let norm: Double
    if balance.separatesTasks {
      let weighed = passes.tape.timed("Balance") {
        balance.weigh(passes.gradients, of: record, on: model.parameters.device)
      }
      // Running averages are not to take in what is no number.
      guard weighed.isFinite else { throw gradientNotFinite() }
      weights = weighed.weights
      statistics = weighed.statistics
      norm = moveParameters(by: weighed, of: record, rate: rate, active: active)
    } else {
      norm = moveParameters(scale: 1 / Double(batches.count), rate: rate, active: active)
    }
    guard norm.isFinite else { throw gradientNotFinite() }
    passes.proximal?.follow()
    if balance.needs.contains(.lossesAfterStep) { try observeLossesAfterStep(batches, of: plan) }
    step += 1
    return StepReport(
      epoch: epoch + 1, epochs: options.epochs, step: step, steps: schedule.steps, learningRate: rate,
      gradientNorm: norm, tokens: tokens, seconds: (ContinuousClock.now - begin).seconds,
      losses: record.losses.values.enumerated().compactMap { task, loss in
        loss.map { .init(task: model.tasks[task].name, loss: $0, weight: weights[task]) }
      },
      gradients: statistics)
  }

  private func gradientNotFinite() -> TrainingError {
    .gradientNotFinite(
      step: step + 1, tasks: passes.parts.map { model.tasks[$0.task].name }, examples: passes.places)
  }

  /// - Returns: the norm of the gradient before clipping; when it is not finite nothing was moved.
  private func moveParameters(scale: Double, rate: Double, active: Set<String>) -> Double {
    passes.tape.timed("Optimizer") {
      // A profile shows what each part takes by itself.
      defer { if passes.tape.profile != nil { optimizer.finish() } }
      return optimizer.step(passes.gradients, scale: scale) { group in
        active.contains(group) ? rate * movement.learningRateFactor(of: group) : nil
      }
    }
  }

  /// The same with gradients of the tasks apart.
  private func moveParameters(
    by weighed: TaskBalance.Weighed, of record: TaskBalance.Step, rate: Double, active: Set<String>
  ) -> Double {
    guard optimizer.settings.method.separatesTasks else {
      passes.tape.timed("Balance") {
        balance.combine(passes.gradients, weighed, of: record, on: model.parameters.device)
      }
      let reached = active.union(movement.balancedGroups(of: balance.averagedTasks))
      return moveParameters(scale: 1, rate: rate, active: reached)
    }
    let counts = record.losses.counts
    let steps = counts.indices.filter { counts[$0] > 0 }.map { task in
      Optimizer.TaskStep(
        slot: task, scale: weighed.factors[task], rateFactor: model.tasks[task].learningRateFactor)
    }
    return passes.tape.timed("Optimizer") {
      optimizer.step(passes.gradients, tasks: steps) { group, task in
        movement.groups(of: [task]).contains(group) ? rate : nil
      }
    }
  }

  // MARK: Passes

  /// - Parameters:
  ///   - repetition: other dropout masks than those of the pass that is learned from, which is number 0.
  ///   - smooths: whether a backward pass follows.
  func forward(
    _ index: Int, of plan: BatchPlan, _ batches: Range<Int>, repetition: UInt64 = 0, smooths: Bool = true
  ) throws {
    let seed = SplitMix64.mix(options.seed) &+ UInt64(step) &* 1024 &+ UInt64(index - batches.lowerBound)
    try passes.forward(
      index, of: plan, dropoutSeed: seed &+ repetition << 48, maskingKey: SplitMix64.mix(seed),
      smooths: smooths, step: step + 1)
  }

  private func recordPass(in record: inout TaskBalance.Step) {
    for part in passes.parts {
      record.losses.add(part.loss, task: part.task, sequences: part.sequences)
      let task = model.tasks[part.task]
      guard balance.needs.contains(.entropies), task.type.target == .label else { continue }
      let rows = passes.predictions(of: part).map { $0.map { Double($0) } }
      if let entropy = PredictionStatistics.normalizedEntropy(of: rows) {
        record.entropies.add(entropy, task: part.task, sequences: part.sequences)
      }
    }
  }

  private func recordVariances(
    _ index: Int, of plan: BatchPlan, _ batches: Range<Int>, in record: inout TaskBalance.Step
  ) throws {
    var predictions: [[[Double]]] = []
    for repetition in 1...Self.variancePasses {
      try forward(index, of: plan, batches, repetition: UInt64(repetition), smooths: false)
      predictions.append(passes.parts.map { passes.predictions(of: $0).flatMap { $0.map { Double($0) } } })
    }
    for (number, part) in passes.parts.enumerated() {
      if let variance = PredictionStatistics.variance(over: predictions.map { $0[number] }) {
        record.variances.add(variance, task: part.task, sequences: part.sequences)
      }
    }
  }

  /// The batch again, under the new parameters and the same dropout masks, so that the step alone is seen.
  private func observeLossesAfterStep(_ batches: Range<Int>, of plan: BatchPlan) throws {
    var losses = TaskMeans(tasks: model.tasks.count)
    for index in batches {
      try forward(index, of: plan, batches, smooths: false)
      for part in passes.parts { losses.add(part.loss, task: part.task, sequences: part.sequences) }
    }
    balance.observe(lossesAfterStep: losses.values)
  }

  /// Every so many steps how the tasks' gradients stand to each other, for the log alone: the passes are made once more for
  /// it, so that what is learned does not depend on the log.
  private func measuredGradients(
    _ batches: Range<Int>, of plan: BatchPlan, epoch: Int
  ) throws -> GradientStatistics? {
    guard let measured = try gradientsToMeasure(), step == 0 || (step + 1) % options.gradientLogInterval == 0
    else { return nil }
    var record = TaskBalance.Step(tasks: model.tasks.count, number: step, epoch: epoch)
    return try passes.with(measured) {
      for index in batches {
        try forward(index, of: plan, batches)
        for part in passes.parts {
          record.losses.add(part.loss, task: part.task, sequences: part.sequences)
        }
        passes.backward { Double($0.sequences) }
      }
      return balance.measure(measured, of: record, on: model.parameters.device)
    }
  }
}
