import Foundation
import Randomness
import Wording

/// Plans the training batches of each epoch.
///
/// The plan of an epoch depends on nothing but the options, the seed, the epoch's number and the examples, so
/// training goes on exactly where it stopped from (epoch, step).
///
/// - What is drawn is an example, or a whole ranking query: its candidates, at most `maximumCandidates`, stay
///   in one batch, and each counts as an example towards the batch size. A query that is larger than a batch
///   gets one of its own; one that does not fit into the rest of a batch waits for the next, and later
///   examples fill the gap.
/// - With proportional shares each example comes once an epoch. With others the epoch keeps its number of
///   rows; each task goes through its own examples in rounds, shuffled anew, that go on from one epoch to the
///   next.
/// - With `mixing: rows` each task's examples are spread evenly over the epoch, so that every batch holds
///   about the task's share of rows. With `batches` each task's batches are made on their own and then
///   shuffled together.
public struct BatchSampler: Sendable {
  public let options: SamplingOptions
  private let data: [Examples]
  /// The queries, or examples, that teach something, for tasks where not all do.
  private let trainable: [[Int]?]
  /// What can be drawn from each task, and the rows that it comes to.
  private let unitCounts: [Int]
  private let rowCounts: [Int]
  /// Ratios in the order of tasks; empty for other kinds of share.
  private let ratios: [Double]

  /// Batches that may be passed over before a query that did not fit is let go first.
  private static let longestQueue = 16

  // Streams of random numbers that must not run into each other.
  private enum Stream {
    static let round: UInt64 = 1
    static let spread: UInt64 = 2
    static let candidates: UInt64 = 3
    static let batches: UInt64 = 4
  }

  /// - Parameters:
  ///   - tasks: the tasks' names.
  ///   - data: each task's training examples; a task without any is never drawn.
  /// - Throws: `SamplingError` for options that cannot be followed.
  public init(tasks: [String], data: [Examples], options: SamplingOptions) throws(SamplingError) {
    self.options = options
    self.data = data
    trainable = data.map { $0.isRanking ? $0.trainableQueries : $0.trainableExamples }
    switch options.batchSize {
    case .examples(let size), .tokens(let size):
      guard size > 0 else {
        throw SamplingError(description: "batch size: found \(size), expected at least 1")
      }
    }
    let cap = options.maximumCandidates
    guard cap >= 2 else {
      throw SamplingError(
        description: "candidates of a query: found a maximum of \(cap), expected at least 2")
    }
    let trainable = self.trainable
    let unitCounts = data.indices.map { trainable[$0]?.count ?? data[$0].count }
    self.unitCounts = unitCounts
    rowCounts = data.indices.map { task in
      guard data[task].isRanking, let queries = trainable[task] else { return unitCounts[task] }
      return queries.reduce(0) { $0 + min(data[task].candidates(of: $1).count, cap) }
    }
    ratios = try Self.ratios(of: tasks, options: options)
    guard (0..<tasks.count).contains(where: { unitCounts[$0] > 0 && (ratios.isEmpty || ratios[$0] > 0) })
    else {
      throw SamplingError(
        description: "sampling: found no example to train on, expected at least one"
          + (data.indices.contains { data[$0].isRanking && unitCounts[$0] == 0 }
            ? "; a query teaches something when it has a relevant candidate and another" : ""))
    }
  }

  private static func ratios(of tasks: [String], options: SamplingOptions) throws(SamplingError) -> [Double] {
    if case .temperature(let temperature) = options.shares, !(temperature > 0 && temperature.isFinite) {
      throw SamplingError(
        description: "task shares: found the temperature \(temperature), expected more than 0")
    }
    guard case .ratios(let given) = options.shares else { return [] }
    var ratios = [Double](repeating: 0, count: tasks.count)
    for item in given {
      guard let task = tasks.firstIndex(of: item.task) else {
        throw SamplingError(
          description:
            "task shares: found the task \(quoted(item.task)), expected \(nearestOrAll(item.task, among: tasks))"
        )
      }
      guard item.ratio >= 0, item.ratio.isFinite else {
        throw SamplingError(
          description: "task shares: found \(item.ratio) for \(quoted(item.task)), expected at least 0")
      }
      ratios[task] = item.ratio
    }
    return ratios
  }

  /// The number of ranking queries of a task that are left out: without a relevant candidate, and with a
  /// single one.
  public func skippedQueries(of task: Int) -> (unanswerable: Int, single: Int) {
    let answerable = data[task].answerableQueries.count
    let taught = data[task].isRanking ? unitCounts[task] : 0
    return (data[task].queryCount - answerable, answerable - taught)
  }

  /// The number of examples of a task that are left out, as their answer was cut off.
  public func skippedExamples(of task: Int) -> Int {
    data[task].isRanking ? 0 : data[task].count - unitCounts[task]
  }

  // MARK: Shares

  /// The part of an epoch's rows that each task gets, summing to 1. Epochs count from 0.
  public func shares(epoch: Int) -> [Double] {
    let exponent: Double
    switch options.shares {
    case .proportional: exponent = 1
    case .uniform: exponent = 0
    case .temperature(let temperature): exponent = 1 / temperature
    case .annealed:
      let progress = options.epochs > 1 ? min(Double(epoch) / Double(options.epochs - 1), 1) : 0
      exponent = 1 - 0.8 * progress
    case .ratios: exponent = 0
    }
    let weights = rowCounts.indices.map { task -> Double in
      guard rowCounts[task] > 0 else { return 0 }
      return ratios.isEmpty ? pow(Double(rowCounts[task]), exponent) : ratios[task]
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// How many examples or queries of each task an epoch holds.
  func draws(epoch: Int) -> [Int] {
    if options.shares == .proportional { return unitCounts }
    let total = Double(rowCounts.reduce(0, +))
    return zip(shares(epoch: epoch), unitCounts.indices).map { share, task in
      guard share > 0 else { return 0 }
      return max(Int((share * total * Double(unitCounts[task]) / Double(rowCounts[task])).rounded()), 1)
    }
  }

  // MARK: An epoch

  /// A drawn example or query.
  private struct Unit {
    var task: Int
    /// A range of the epoch's sequences.
    var sequences: Range<Int>
    /// In the measure of the batch size.
    var cost: Int
    /// Where in the epoch it belongs, from 0 to 1.
    var place: Double
  }

  /// The batches of an epoch, counted from 0.
  public func plan(epoch: Int) -> BatchPlan {
    var sequences: [Int32] = []
    var units: [[Unit]] = []
    let draws = draws(epoch: epoch)
    for task in data.indices {
      units.append(drawn(draws[task], task: task, epoch: epoch, sequences: &sequences))
    }
    if options.round > 0 {
      return planOfRounds(units, epoch: epoch, sequences: sequences)
    }
    var plan = BatchPlan()
    for (number, batch) in batches(of: units, epoch: epoch).enumerated() {
      if number > 0, number % options.accumulation == 0 { plan.endStep() }
      emit(batch, sequences: sequences, to: &plan)
    }
    plan.endStep()
    return plan
  }

  /// Every step takes its part of each task's units, in turn.
  private func planOfRounds(_ drawn: [[Unit]], epoch: Int, sequences drawnSequences: [Int32]) -> BatchPlan {
    var units = drawn
    var sequences = drawnSequences
    let steps = fillRounds(&units, epoch: epoch, sequences: &sequences)
    var plan = BatchPlan()
    for step in 0..<steps {
      let parts = units.map { units in
        Array(units[units.count * step / steps..<units.count * (step + 1) / steps])
      }
      for batch in batches(of: parts, epoch: epoch) { emit(batch, sequences: sequences, to: &plan) }
      plan.endStep()
    }
    return plan
  }

  /// Draws more of the tasks that are too small for a round in every step.
  ///
  /// - Returns: the number of steps: the fewest that are of the size of a step on average; but where rounds alone are
  ///   larger than that, only as many as it takes to leave nothing out.
  private func fillRounds(_ units: inout [[Unit]], epoch: Int, sequences: inout [Int32]) -> Int {
    let present = units.indices.filter { !units[$0].isEmpty }
    let batchesAStep =
      options.mixing == .batches ? max(options.accumulation, present.count) : options.accumulation
    let size = Double(batchCost * batchesAStep)
    let counts = units.map(\.count)
    let costs = units.map { units in Double(units.reduce(0) { $0 + $1.cost }) / Double(max(units.count, 1)) }
    func cost(ofSteps steps: Int) -> Double {
      present.reduce(0) { $0 + Double(max(counts[$1], steps * options.round)) * costs[$1] }
    }
    let most = present.map { (counts[$0] + options.round - 1) / options.round }.max() ?? 1
    var steps = min(max(Int((cost(ofSteps: 0) / size).rounded()), 1), most)
    while steps < most, cost(ofSteps: steps) > (Double(steps) + 0.5) * size { steps += 1 }
    for task in present where counts[task] < steps * options.round {
      units[task] = drawn(steps * options.round, task: task, epoch: epoch, sequences: &sequences)
    }
    return steps
  }

  /// Batches of units of all tasks, with rows of several or of one each.
  private func batches(of units: [[Unit]], epoch: Int) -> [[Unit]] {
    switch options.mixing {
    case .rows:
      var all = Array(units.joined())
      // Places hardly ever coincide, but the order must not hang on how the sort treats equals.
      let order = all.indices.sorted { (all[$0].place, $0) < (all[$1].place, $1) }
      all = order.map { all[$0] }
      return batches(of: all).map { batch in batch.map { all[$0] } }
    case .batches:
      var batches: [[Unit]] = []
      for units in units { batches += self.batches(of: units).map { batch in batch.map { units[$0] } } }
      var generator = SplitMix64(seed: options.seed, stream: Stream.batches, UInt64(epoch))
      generator.shuffle(&batches)
      return batches
    }
  }

  /// The next `count` units of a task's shuffled rounds.
  private func drawn(_ count: Int, task: Int, epoch: Int, sequences: inout [Int32]) -> [Unit] {
    guard count > 0 else { return [] }
    let size = unitCounts[task]
    let before =
      options.shares == .proportional
      ? epoch * size : (0..<epoch).reduce(0) { $0 + draws(epoch: $1)[task] }
    var round = -1
    var order: [Int] = []
    var spread = SplitMix64(seed: options.seed, stream: Stream.spread, UInt64(epoch), UInt64(task))
    var candidates = SplitMix64(
      seed: options.seed, stream: Stream.candidates, UInt64(epoch), UInt64(task))
    var units: [Unit] = []
    units.reserveCapacity(count)
    for number in 0..<count {
      if round != (before + number) / size {
        round = (before + number) / size
        order = Array(0..<size)
        var generator = SplitMix64(seed: options.seed, stream: Stream.round, UInt64(round), UInt64(task))
        generator.shuffle(&order)
      }
      let place = order[(before + number) % size]
      let unit = trainable[task]?[place] ?? place
      let start = sequences.count
      if data[task].isRanking {
        choose(from: unit, task: task, generator: &candidates, into: &sequences)
      } else {
        sequences.append(Int32(unit))
      }
      let cost =
        switch options.batchSize {
        case .examples: sequences.count - start
        case .tokens: sequences[start...].reduce(0) { $0 + data[task].length(of: Int($1)) }
        }
      // One unit in each of `count` equal stretches of the epoch, anywhere in it.
      let moment = (Double(number) + spread.nextUniform()) / Double(count)
      units.append(Unit(task: task, sequences: start..<sequences.count, cost: cost, place: moment))
    }
    return units
  }

  /// A query's candidates, in their order; of more than the maximum the relevant ones, best first, and others
  /// at random.
  private func choose(
    from query: Int, task: Int, generator: inout SplitMix64, into sequences: inout [Int32]
  ) {
    let candidates = data[task].candidates(of: query)
    let maximum = options.maximumCandidates
    guard candidates.count > maximum, case .gains(let gains) = data[task].targets else {
      sequences += candidates.lazy.map { Int32($0) }
      return
    }
    var order = Array(candidates)
    generator.shuffle(&order)
    let others = order.filter { gains[$0] == 0 }
    let relevant = order.enumerated().filter { gains[$0.element] > 0 }
      .sorted { (gains[$1.element], $0.offset) < (gains[$0.element], $1.offset) }.map(\.element)
    let kept = relevant.prefix(others.isEmpty ? maximum : maximum - 1)
    let chosen = kept + others.prefix(maximum - kept.count)
    sequences += chosen.sorted().lazy.map { Int32($0) }
  }

  /// The size of a batch, in the measure of costs.
  private var batchCost: Int {
    switch options.batchSize {
    case .examples(let size), .tokens(let size): size
    }
  }

  /// Fills batches in order; what does not fit into one waits and goes first into the next.
  private func batches(of units: [Unit]) -> [[Int]] {
    let size = batchCost
    var batches: [[Int]] = []
    var waiting: [Int] = []
    var next = 0
    while next < units.count || !waiting.isEmpty {
      var batch: [Int] = []
      var sum = 0
      func takes(_ unit: Int) -> Bool {
        guard batch.isEmpty || sum + units[unit].cost <= size else { return false }
        batch.append(unit)
        sum += units[unit].cost
        return true
      }
      waiting.removeAll(where: takes)
      while next < units.count, sum < size, waiting.count < Self.longestQueue {
        if !takes(next) { waiting.append(next) }
        next += 1
      }
      batches.append(batch)
    }
    return batches
  }

  private func emit(_ units: [Unit], sequences: [Int32], to plan: inout BatchPlan) {
    for task in data.indices where units.contains(where: { $0.task == task }) {
      let start = plan.examples.count
      let firstQuery = plan.queryStarts.count
      for unit in units where unit.task == task {
        for sequence in sequences[unit.sequences] { plan.append(sequence) }
        if data[task].isRanking {
          plan.endQuery(ofPartFrom: start, isFirst: plan.queryStarts.count == firstQuery)
        }
      }
      plan.endPart(task: task, examples: start, queries: firstQuery)
    }
    plan.endBatch()
  }
}
