import Balancing
import Tasks

/// The methods that a run balances its tasks with, before the first step and once it is known that they can work there.
struct BalanceChoice {
  let weighting: any TaskWeighting
  /// Nil for the weighted sum.
  let aggregation: (any GradientAggregation)?

  init(_ options: TrainingOptions, tasks: [TaskDefinition], data: TrainingData) throws {
    guard let choice = MethodChoice(options.weighting), let kind = TaskWeightingKind.named(choice.name) else {
      throw TrainingError.unknownWeighting(options.weighting, known: TrainingOptions.weightings)
    }
    weighting = try kind.init(data.weightedTasks(tasks)).with(choice.settings)
    if options.aggregation == TrainingOptions.sum {
      aggregation = nil
    } else {
      guard let choice = MethodChoice(options.aggregation),
        let kind = GradientAggregationKind.named(choice.name)
      else {
        throw TrainingError.unknownAggregation(options.aggregation, known: TrainingOptions.aggregations)
      }
      aggregation = try kind.init(taskCount: tasks.count).with(choice.settings)
      guard !options.optimizer.method.separatesTasks else {
        throw TrainingError.balance(
          "the optimizer '\(options.optimizer.method.rawValue)' takes a step for each task's gradient, so there is nothing "
            + "to aggregate: leave --aggregation out, or use another --optimizer")
      }
    }
    try checkNeeds(options, tasks: tasks, data: data)
    try checkSteps(options, taskCount: tasks.count)
  }

  private func checkNeeds(_ options: TrainingOptions, tasks: [TaskDefinition], data: TrainingData) throws {
    var supplied = Set(WeightingNeed.allCases)
    if data.dev.allSatisfy({ $0 == nil }) { supplied.remove(.metrics) }
    if !tasks.contains(where: { $0.type.target == .label }) { supplied.remove(.entropies) }
    try TaskWeightingKind.check(type(of: weighting), supplied: supplied)
    let hasSeveralBatches =
      options.accumulation > 1 || (options.mixing == .batches && options.round > 0 && tasks.count > 1)
    if type(of: weighting).needs.contains(.lossesAfterStep), hasSeveralBatches {
      throw TrainingError.balance(
        "the weighting '\(type(of: weighting).name)' looks at one batch before and after a step, and a step here has several: "
          + "use --accumulation 1, with --mixing rows where --round is given")
    }
  }

  private func checkSteps(_ options: TrainingOptions, taskCount: Int) throws {
    guard let aggregation, taskCount > 1, options.mixing == .batches, options.round == 0,
      options.accumulation == 1
    else { return }
    // Running averages of the other tasks' gradients stand in for those that a step does not hold.
    if case .averaged = aggregation.gradients { return }
    throw TrainingError.balance(
      "the aggregation '\(type(of: aggregation).name)' compares the gradients of several tasks in one step, and with "
        + "--mixing batches a step has one: use --mixing rows, or give --round 1")
  }
}
