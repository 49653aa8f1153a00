import Balancing
import LinearAlgebra
import Randomness
import Tensors

/// Weighs the tasks of a run against each other, and makes one gradient of theirs.
///
/// Where the losses are all that the weighting asks for, tasks are weighed before the backward pass, and their gradients
/// add up on the way. Otherwise each task's gradient comes into a slot of its own, out of the same backward pass, and what
/// is made of them is put into the first slot.
struct TaskBalance {
  /// Whether each task has a gradient slot of its own.
  let separatesTasks: Bool
  let groups: ParameterGroups
  /// What the weighting must be told.
  let needs: Set<WeightingNeed>
  private let taskNames: [String]
  private let seed: UInt64
  private var weighting: any TaskWeighting
  /// One for each shared group; none where weighted gradients are just added up.
  private var aggregations: [any GradientAggregation]
  /// Of each task's gradient, for methods that aggregate these in place of the gradients of the step.
  let averages: GradientBuffers?
  /// How often each task's average was updated.
  private var updates: [Int]
  /// The weight of each task in the last step that held it: its average counts in steps without it, too.
  private var lastWeights: [Double]

  /// What a step tells of its batches.
  struct Step {
    var losses: TaskMeans
    var entropies: TaskMeans
    var variances: TaskMeans
    /// Steps taken before, and epochs ended before.
    let number: Int
    let epoch: Int

    init(tasks: Int, number: Int, epoch: Int) {
      losses = TaskMeans(tasks: tasks)
      entropies = losses
      variances = losses
      self.number = number
      self.epoch = epoch
    }
  }

  /// A step's gradients, as they were weighed.
  struct Weighed {
    /// One a task.
    let weights: [Double]
    /// Of each task's gradient sum, where weighted gradients are just added up.
    let factors: [Double]
    let statistics: GradientStatistics
    /// Inner products and norms of the gradients of mean losses; products by group.
    fileprivate let gramians: [SymmetricMatrix]
    fileprivate let norms: [Double?]

    /// Whether every task's gradient is.
    var isFinite: Bool { norms.allSatisfy { $0?.isFinite ?? true } }
  }

  /// - Throws: `TrainingError` for a method that is not there or can't work in such a run, `DeviceError`.
  init(_ options: TrainingOptions, model: Model, data: TrainingData) throws {
    let choice = try BalanceChoice(options, tasks: model.tasks, data: data)
    let taskCount = model.tasks.count
    weighting = choice.weighting.adjusted(by: options.weightAdjustment, tasks: taskCount)
    needs = type(of: choice.weighting).needs
    taskNames = model.tasks.map(\.name)
    seed = options.seed
    let groups = ParameterGroups(scope: options.aggregationScope, layers: model.configuration.layers)
    self.groups = groups
    aggregations = choice.aggregation.map { aggregation in groups.shared.map { _ in aggregation } } ?? []
    separatesTasks = options.separatesTasks
    updates = Array(repeating: 0, count: taskCount)
    lastWeights = Array(repeating: 1, count: taskCount)
    if case .averaged = aggregations.first?.gradients {
      let averages = try GradientBuffers(
        layout: model.parameters.layout, slots: taskCount, group: groups.group)
      averages.touchAllRows()
      self.averages = averages
    } else {
      averages = nil
    }
  }

  // MARK: Weights

  /// The weights of the tasks' losses, for steps whose tasks are not kept apart.
  mutating func weights(for step: Step) -> [Double] {
    weighting.weights(for: input(step, gradientNorms: nil))
  }

  private func input(_ step: Step, gradientNorms: [Double?]?) -> WeightingInput {
    WeightingInput(
      losses: step.losses.values, gradientNorms: gradientNorms, entropies: step.entropies.values,
      variances: step.variances.values, step: step.number, epoch: step.epoch, seed: seed)
  }

  mutating func observe(lossesAfterStep losses: [Double?]) { weighting.observe(lossesAfterStep: losses) }

  mutating func observe(metrics: [Double?]) { weighting.observe(metrics: metrics) }

  // MARK: Gradients

  /// - Parameter gradients: in the slot of each task the gradient of the sum of its loss over its sequences.
  mutating func weigh(_ gradients: GradientBuffers, of step: Step, on device: Device) -> Weighed {
    let (gramians, whole) = gramians(of: gradients, step, on: device)
    let counts = step.losses.counts
    let norms = counts.indices.map { counts[$0] > 0 ? whole[$0, $0].squareRoot() : nil }
    let weights = weighting.weights(for: input(step, gradientNorms: norms))
    let total = counts.reduce(0, +)
    // Tasks count by their sequences in a plain sum, and alike in every aggregation.
    let factors = counts.indices.map { task in
      counts[task] > 0 ? weights[task] / (aggregations.isEmpty ? total : counts[task]) : 0
    }
    return Weighed(
      weights: weights, factors: factors,
      statistics: GradientStatistics(whole, present: counts.map { $0 > 0 }, tasks: taskNames),
      gramians: gramians, norms: norms)
  }

  /// Makes one gradient of the tasks': afterwards the first slot holds what the optimizer descends, and the others are
  /// zero.
  mutating func combine(_ gradients: GradientBuffers, _ weighed: Weighed, of step: Step, on device: Device) {
    let factors = weighed.factors.map { Float($0) }
    gradients.combine(factors, group: ParameterGroups.own, into: gradients, on: device)
    if aggregations.isEmpty {
      for group in groups.shared { gradients.combine(factors, group: group, into: gradients, on: device) }
    } else {
      aggregate(gradients, weighed, of: step, on: device)
    }
  }

  /// What there is to say of gradients that are not learned from; they are set to zero.
  func measure(_ gradients: GradientBuffers, of step: Step, on device: Device) -> GradientStatistics {
    let (_, whole) = gramians(of: gradients, step, on: device)
    gradients.clear()
    return GradientStatistics(
      whole, present: step.losses.counts.map { $0 > 0 }, tasks: taskNames, isForLog: true)
  }

  /// Of the gradients of mean losses, for each group, and their sum.
  private func gramians(
    of gradients: GradientBuffers, _ step: Step, on device: Device
  ) -> (groups: [SymmetricMatrix], whole: SymmetricMatrix) {
    gradients.gatherTouchedRows()
    let counts = step.losses.counts
    let inverses = counts.map { $0 > 0 ? 1 / $0 : 0 }
    var whole = SymmetricMatrix(count: counts.count)
    let gramians = groups.shared.map { group in
      let gramian = Self.gramian(of: gradients, group: group, on: device).scaled(by: inverses)
      for row in counts.indices {
        for column in 0...row { whole[row, column] += gramian[row, column] }
      }
      return gramian
    }
    return (gramians, whole)
  }

  private mutating func aggregate(
    _ gradients: GradientBuffers, _ weighed: Weighed, of step: Step, on device: Device
  ) {
    let counts = step.losses.counts
    let losses = step.losses.values.map { $0 ?? 0 }
    if let averages, case .averaged(let averaging) = aggregations[0].gradients {
      let factors = counts.indices.map { task -> (kept: Float, added: Float) in
        guard counts[task] > 0 else { return (1, 0) }
        updates[task] += 1
        lastWeights[task] = weighed.weights[task]
        let factors = averaging.factors(
          update: updates[task], loss: losses[task], norm: weighed.norms[task] ?? 0)
        return (Float(factors.kept), Float(factors.added / counts[task]))
      }
      averages.average(gradients, factors: factors, where: { $0 != ParameterGroups.own }, on: device)
    }
    let stepSeed = SplitMix64.mix(seed &+ UInt64(step.number) &* 0x9e37_79b9_7f4a_7c15)
    for (index, group) in groups.shared.enumerated() {
      let input = AggregationInput(
        gramian: averages.map { Self.gramian(of: $0, group: group, on: device) } ?? weighed.gramians[index],
        losses: losses, weights: averages == nil ? weighed.weights : lastWeights,
        seed: stepSeed &+ UInt64(group))
      let coefficients = aggregations[index].coefficients(for: input)
      if let averages {
        averages.combine(coefficients.map { Float($0) }, group: group, into: gradients, on: device)
      } else {
        var key: UInt64 = 0
        if case .elementwise = aggregations[index].gradients { key = max(input.seed, 1) }
        let factors = zip(coefficients, counts).map { Float($1 > 0 ? $0 / $1 : 0) }
        gradients.combine(factors, group: group, into: gradients, signKey: key, on: device)
      }
    }
  }

  private static func gramian(of gradients: GradientBuffers, group: Int, on device: Device) -> SymmetricMatrix
  {
    let count = gradients.slotCount
    let products = gradients.innerProducts(where: { $0 == group }, on: device)
    var matrix = SymmetricMatrix(count: count)
    for row in 0..<count {
      for column in 0...row { matrix[row, column] = products[row * count + column] }
    }
    return matrix
  }

  /// Tasks whose averages move parameters, in steps without their rows too.
  var averagedTasks: [Int] { updates.indices.filter { updates[$0] > 0 } }

  // MARK: State

  /// What a resumed run must have back, beside the averages: the weighting's numbers, each aggregation's, the counts of
  /// updates and the last weights.
  var state: [[Double]] {
    get { [weighting.state] + aggregations.map(\.state) + [updates.map { Double($0) }, lastWeights] }
    set {
      weighting.state = newValue[0]
      for index in aggregations.indices { aggregations[index].state = newValue[1 + index] }
      updates = newValue[newValue.count - 2].map { Int(exactly: $0) ?? 0 }
      lastWeights = newValue[newValue.count - 1]
    }
  }
}
