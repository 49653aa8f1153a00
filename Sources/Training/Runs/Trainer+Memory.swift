/// The largest batches of a run, taken through the network before its first step: what does not fit shows at once, and not
/// an hour later.
extension Trainer {
  /// Tries the largest batches, smallest first, and refuses the run when the next would take more memory than there is.
  ///
  /// - Returns: the plan of the whole run.
  /// - Throws: `TrainingError.memory`; `TrainingError.batch` for a batch of more tokens than can be counted.
  func tryLargestBatches() throws -> MemoryPlan {
    let plan = MemoryPlan(
      parameters: model.parameters.layout.count, tasks: model.tasks.count, options: options,
      isProximal: passes.proximal != nil)
    var before: BatchTrials.Batch?
    for batch in trials.batches {
      try MemoryPlan.check(batchTokens: batch.tokens)
      // The first is known by nothing but its size.
      let step =
        before.map {
          batch.growth(over: $0) * Double(passes.memoryBytes)
            + batch.outputBytes(over: $0, passes: passes.keptPasses)
        }
        ?? model.leastStepBytes(tokens: batch.tokens)
      try plan.adding(step: Int(min(step, 1e18))).check()
      // Numbers that are not finite are for the step itself to find.
      try? passes.forward(
        batch.index, of: sampler.plan(epoch: batch.epoch), dropoutSeed: 0, maskingKey: 0, step: 0)
      passes.backward { _ in 0 }
      passes.gradients.clear()
      before = batch
    }
    return plan.adding(step: passes.memoryBytes)
  }
}
