import Tasks
import Testing

@Suite struct SamplerTests {
  private let names = ["small", "ranked", "large"]
  private let data: [Examples] = [
    classified(lengths: (0..<40).map { 4 + $0 % 5 }),
    ranked((0..<30).map { query in (0..<(1 + query % 8)).map { $0 == query % 3 ? 1 : 0 } }),
    classified(lengths: (0..<300).map { 3 + $0 % 11 }),
  ]

  private func sampler(_ change: (inout SamplingOptions) -> Void = { _ in }) throws -> BatchSampler {
    var options = SamplingOptions()
    options.seed = 11
    change(&options)
    return try BatchSampler(tasks: names, data: data, options: options)
  }

  private func batches(_ plan: BatchPlan) -> [PackedBatch] {
    (0..<plan.count).map { index in
      var batch = PackedBatch()
      batch.fill(index, of: plan, from: data)
      return batch
    }
  }

  /// How often each example of a task comes in the plan.
  private func counts(_ plan: BatchPlan, task: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: data[task].count)
    for batch in batches(plan) {
      for part in batch.parts where part.task == task {
        for example in part.examples { counts[Int(example)] += 1 }
      }
    }
    return counts
  }

  private var kinds: [(SamplingOptions.Mixing, SamplingOptions.BatchSize)] {
    [(.rows, .examples(32)), (.rows, .tokens(100)), (.batches, .examples(32)), (.batches, .tokens(100))]
  }

  @Test("With proportional shares every example that teaches comes once an epoch")
  func everyExampleOnce() throws {
    let trainable = Set(data[1].trainableQueries.flatMap { Array(data[1].candidates(of: $0)) })
    #expect(!trainable.isEmpty && trainable.count < data[1].count)
    for (mixing, size) in kinds {
      let sampler = try sampler { ($0.mixing, $0.batchSize) = (mixing, size) }
      for epoch in 0..<2 {
        let plan = sampler.plan(epoch: epoch)
        #expect(counts(plan, task: 0).allSatisfy { $0 == 1 })
        #expect(counts(plan, task: 2).allSatisfy { $0 == 1 })
        #expect(counts(plan, task: 1) == data[1].rows.indices.map { trainable.contains($0) ? 1 : 0 })
      }
    }
  }

  @Test("The same seed and epoch give the same plan, others a different one")
  func reproducible() throws {
    for shares in [SamplingOptions.Shares.proportional, .uniform, .annealed] {
      let first = try sampler { $0.shares = shares }
      let second = try sampler { $0.shares = shares }
      let other = try sampler { ($0.shares, $0.seed) = (shares, 12) }
      // Asked for out of order: a plan must not hang on the ones made before.
      #expect(
        first.plan(epoch: 1)
          == {
            _ = second.plan(epoch: 0)
            return second.plan(epoch: 1)
          }())
      #expect(first.plan(epoch: 0) != first.plan(epoch: 1))
      #expect(first.plan(epoch: 0) != other.plan(epoch: 0))
    }
  }

  @Test("No batch is larger than its budget, a query stays whole, and few batches are far from full")
  func budgets() throws {
    for (mixing, size) in kinds {
      let plan = try sampler { ($0.mixing, $0.batchSize) = (mixing, size) }.plan(epoch: 0)
      var sum = 0
      for (index, batch) in batches(plan).enumerated() {
        switch size {
        case .examples(let count):
          sum += batch.sequenceCount
          #expect(batch.sequenceCount <= count)
        case .tokens(let count):
          sum += batch.rowCount
          #expect(batch.rowCount <= count)
        }
        #expect(plan.sequenceCount(of: index) == batch.sequenceCount)
        #expect(plan.size(of: index, in: data).tokens == batch.rowCount)
        for part in batch.parts where part.task == 1 {
          guard case .relevance(let gains, let starts) = part.targets else {
            #expect(Bool(false))
            continue
          }
          #expect(part.exampleCount == starts.count - 1)
          #expect(gains.count == part.sequences.count)
          #expect(starts.last.map { Int($0) } == gains.count)
          for (start, end) in zip(starts, starts.dropFirst()) {
            let members = part.examples[Int(start)..<Int(end)].map { Int($0) }
            let query = try #require(
              (0..<data[1].queryCount).first { data[1].candidates(of: $0).contains(members[0]) })
            #expect(members == Array(data[1].candidates(of: query)))
          }
        }
      }
      let limit =
        switch size {
        case .examples(let count), .tokens(let count): count
        }
      #expect(Double(sum) / Double(plan.count * limit) > 0.8)
    }
  }

  @Test("A query larger than the budget is a batch of its own")
  func largeQuery() throws {
    let plan = try sampler { $0.batchSize = .examples(4) }.plan(epoch: 0)
    var wholes = 0
    for batch in batches(plan) where batch.sequenceCount > 4 {
      #expect(batch.parts.count == 1 && batch.parts[0].task == 1 && batch.parts[0].exampleCount == 1)
      wholes += 1
    }
    #expect(wholes == data[1].trainableQueries.filter { data[1].candidates(of: $0).count > 4 }.count)
  }

  @Test("Long lists are cut to the maximum: the relevant stay, the others are drawn anew each epoch")
  func negativeSampling() throws {
    let gains: [[Float]] = [
      (0..<50).map { [3, 20, 40].contains($0) ? 1 : 0 },
      (0..<50).map { $0 < 20 ? Float($0 + 1) : 0 },
      (0..<12).map { _ in 1 },
    ]
    let data = [ranked(gains)]
    var options = SamplingOptions()
    options.maximumCandidates = 8
    let sampler = try BatchSampler(tasks: ["r"], data: data, options: options)
    func chosen(_ epoch: Int) -> [Int: [Int]] {
      let plan = sampler.plan(epoch: epoch)
      var chosen: [Int: [Int]] = [:]
      for index in 0..<plan.count {
        var batch = PackedBatch()
        batch.fill(index, of: plan, from: data)
        for part in batch.parts {
          guard case .relevance(_, let starts) = part.targets else { continue }
          for (start, end) in zip(starts, starts.dropFirst()) {
            let members = part.examples[Int(start)..<Int(end)].map { Int($0) }
            chosen[members[0] < 50 ? 0 : members[0] < 100 ? 1 : 2] = members
          }
        }
      }
      return chosen
    }
    let (first, second) = (chosen(0), chosen(1))
    for lists in [first, second] {
      #expect(lists.count == 3)
      for list in lists.values {
        #expect(list.count == 8)
        #expect(list == Array(Set(list)).sorted())
      }
      #expect(Set([3, 20, 40]).isSubset(of: Set(lists[0] ?? [])))
      // The best seven of twenty relevant ones, and one of the others.
      #expect(lists[1]?.prefix(7) == [63, 64, 65, 66, 67, 68, 69])
      #expect((lists[1]?.last ?? 0) >= 70)
    }
    #expect(first[0] != second[0])
    #expect(first[2] != second[2])
    #expect(chosen(0) == first)
  }

  @Test(
    "Mixed batches hold every task, ordered, in about its share; unmixed ones hold one task each, shuffled")
  func mixing() throws {
    let mixed = batches(try sampler().plan(epoch: 0))
    for batch in mixed.dropLast() {
      #expect(batch.parts.map(\.task) == batch.parts.map(\.task).sorted())
      let large = batch.parts.first { $0.task == 2 }?.sequences.count ?? 0
      // 300 of 340 + queries: two thirds and more of each batch.
      #expect(large >= 14)
    }
    #expect(mixed.filter { $0.parts.count == 3 }.count >= mixed.count - 2)

    let single = batches(try sampler { $0.mixing = .batches }.plan(epoch: 0))
    #expect(single.allSatisfy { $0.parts.count == 1 })
    let order = single.map { $0.parts[0].task }
    #expect(Set(order) == [0, 1, 2])
    #expect(order != order.sorted())
  }

  @Test("Shares follow the formula, and what is drawn over an epoch follows the shares")
  func shares() throws {
    let rows = [
      40.0, Double(data[1].trainableQueries.reduce(0) { $0 + data[1].candidates(of: $1).count }), 300.0,
    ]
    let total = rows.reduce(0, +)
    func check(_ shares: SamplingOptions.Shares, epoch: Int = 0, epochs: Int = 1, _ weights: [Double]) throws
    {
      for mixing in SamplingOptions.Mixing.allCases {
        let sampler = try sampler { ($0.shares, $0.mixing, $0.epochs) = (shares, mixing, epochs) }
        let sum = weights.reduce(0, +)
        let found = sampler.shares(epoch: epoch)
        let plan = sampler.plan(epoch: epoch)
        for task in 0..<3 {
          #expect(abs(found[task] - weights[task] / sum) < 1e-12)
          // Queries differ in size, so the drawn rows of the ranking task only come near.
          let drawn = Double(counts(plan, task: task).reduce(0, +)) / total
          #expect(abs(drawn - weights[task] / sum) < (task == 1 ? 0.08 : 0.005))
        }
      }
    }
    func raised(_ power: Double) -> [Double] { rows.map { power == 0.5 ? $0.squareRoot() : $0 } }
    try check(.proportional, rows)
    try check(.uniform, [1, 1, 1])
    try check(.temperature(2), raised(0.5))
    try check(.annealed, epoch: 0, epochs: 5, rows)
    try check(.ratios([.init(task: "large", ratio: 1), .init(task: "small", ratio: 3)]), [3, 0, 1])
    // The last epoch's exponent is 0.2: the fifth power gives the rows back.
    let last = try sampler { ($0.shares, $0.epochs) = (.annealed, 5) }.shares(epoch: 4)
    let ratio = last[2] / last[0]
    #expect(abs(ratio * ratio * ratio * ratio * ratio - 300 / 40) < 1e-9)
  }

  @Test("With uneven shares a task goes through all its examples before any comes again, across epochs")
  func rounds() throws {
    let sampler = try sampler { $0.shares = .uniform }
    var sums = [Int](repeating: 0, count: 300)
    for epoch in 0..<4 {
      let plan = sampler.plan(epoch: epoch)
      let small = counts(plan, task: 0)
      #expect((small.max() ?? 0) - (small.min() ?? 0) <= 2)
      sums = zip(sums, counts(plan, task: 2)).map { $0 + $1 }
      #expect((sums.max() ?? 0) - (sums.min() ?? 0) <= 1)
    }
  }

  @Test("Steps take the plan's batches in turn, as many as are accumulated")
  func accumulation() throws {
    for accumulation in [1, 3] {
      let plan = try sampler { $0.accumulation = accumulation }.plan(epoch: 0)
      let steps = (0..<plan.stepCount).map { plan.batches(ofStep: $0) }
      #expect(steps.flatMap { Array($0) } == Array(0..<plan.count))
      #expect(steps.dropLast().allSatisfy { $0.count == accumulation })
      #expect((1...accumulation).contains(steps[steps.count - 1].count))
    }
  }

  @Test("In rounds every step holds so many examples or queries of each task, and nothing is left out")
  func stepsInRounds() throws {
    for (mixing, size) in kinds {
      for round in [1, 3] {
        let rounds = try sampler { ($0.mixing, $0.batchSize, $0.round) = (mixing, size, round) }
        let plan = rounds.plan(epoch: 1)
        let batches = batches(plan)
        for step in 0..<plan.stepCount {
          for task in data.indices {
            let parts = plan.batches(ofStep: step).flatMap { batches[$0].parts.filter { $0.task == task } }
            let held = parts.reduce(0) { $0 + $1.exampleCount }
            #expect(held >= round, "\(mixing), \(size): step \(step) holds \(held) of \(names[task])")
          }
          if mixing == .batches {
            #expect(plan.batches(ofStep: step).allSatisfy { batches[$0].parts.count == 1 })
          }
        }
        #expect(counts(plan, task: 0).allSatisfy { $0 >= 1 })
        #expect(counts(plan, task: 2).allSatisfy { $0 >= 1 })
        #expect(rounds.plan(epoch: 1) == plan)
      }
    }
  }

  @Test("Queries that teach nothing are counted")
  func skipped() throws {
    let data = [ranked([[0, 0], [1], [1, 0], [0]])]
    let skipped = try BatchSampler(tasks: ["r"], data: data, options: SamplingOptions()).skippedQueries(of: 0)
    #expect((skipped.unanswerable, skipped.single) == (2, 1))
  }

  @Test("Options that cannot be followed are refused")
  func refused() {
    #expect(
      message { _ = try sampler { $0.batchSize = .examples(0) } }
        == "batch size: found 0, expected at least 1")
    #expect(
      message { _ = try sampler { $0.maximumCandidates = 1 } }
        == "candidates of a query: found a maximum of 1, expected at least 2")
    #expect(
      message { _ = try sampler { $0.shares = .ratios([.init(task: "lagre", ratio: 1)]) } }
        == "task shares: found the task \"lagre\", expected \"large\"")
    #expect(
      message { _ = try sampler { $0.shares = .ratios([.init(task: "large", ratio: 0)]) } }
        == "sampling: found no example to train on, expected at least one")
    #expect(
      message { _ = try sampler { $0.shares = .temperature(0) } }
        == "task shares: found the temperature 0.0, expected more than 0")
  }

  @Test("Shares are read from and written as text")
  func sharesText() {
    for text in ["proportional", "uniform", "annealed", "temperature:2.0", "a=2.0,b=0.5"] {
      #expect(SamplingOptions.Shares(text)?.description == text)
    }
    for text in [
      "", "equal", "temperature:", "temperature:0", "temperature:x", "a=", "a=-1", "a=1,", "=1", "a=1=2",
    ] {
      #expect(SamplingOptions.Shares(text) == nil)
    }
  }
}
