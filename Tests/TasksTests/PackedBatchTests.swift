import Tasks
import Testing

@Suite struct PackedBatchTests {
  @Test("A batch that several tasks share has the rows of one, and a part for each")
  func shared() {
    let data = [Examples(), classified(lengths: [3, 5, 4]), Examples()]
    let plan = BatchPlan.evaluation(of: data[1], task: 1, tokens: 100)
    var batch = PackedBatch()
    batch.fill(0, of: plan, from: data)
    let (ids, starts) = (batch.ids, batch.sequenceStarts)
    batch.share(among: [2, 0, 1])
    #expect(batch.ids == ids && batch.sequenceStarts == starts)
    #expect(batch.parts.map(\.task) == [2, 0, 1])
    for part in batch.parts {
      #expect(part.sequences == 0..<3 && part.rows == 0..<12 && part.examples == [0, 1, 2])
      #expect(part.targets == .none)
    }
    // What was shared can be filled again.
    batch.fill(0, of: plan, from: data)
    #expect(batch.ids == ids && batch.parts.count == 1 && batch.parts[0].targets == .classes([0, 1, 0]))
  }

  @Test("Words are dropped by chance, the same ones for the same seed, and special tokens never")
  func wordDropout() {
    let words = [Int32](repeating: 7, count: 2000)
    let sequence = (ids: [2] + words + [3], segments: [Int32](repeating: 0, count: 2002))
    func dropped(rate: Double, seed: UInt64) -> [Int32] {
      var batch = PackedBatch([(task: 0, sequences: [sequence, sequence], targets: .none)])
      batch.dropWords(rate: rate, replacement: 1, keeping: [2, 3], seed: seed)
      return batch.ids
    }
    let ids = dropped(rate: 0.3, seed: 5)
    // 4,000 draws: five deviations are 145.
    #expect(abs(ids.count { $0 == 1 } - 1200) < 145)
    #expect(ids[0] == 2 && ids[2001] == 3 && ids[2002] == 2 && ids[4003] == 3)
    #expect(ids.allSatisfy { [1, 2, 3, 7].contains($0) })
    #expect(ids[..<2002] != ids[2002...])
    #expect(dropped(rate: 0.3, seed: 5) == ids)
    #expect(dropped(rate: 0.3, seed: 6) != ids)
    #expect(dropped(rate: 0, seed: 5).count { $0 == 1 } == 0)
    #expect(dropped(rate: 1, seed: 5).count { $0 == 7 } == 0)
  }

  @Test("A batch holds the tokens of its examples, in order and without padding, whatever was in it before")
  func contents() throws {
    var builder = ExampleBuilder(
      type: .similarity, isLabelled: true, encoder: WordEncoder(), maximumLength: 64)
    for row in 0..<50 {
      try builder.append("a b \(row)", "c \(row)", target: .score(Float(row) / 10), row: row, line: row + 1)
    }
    let data = [
      classified(lengths: (0..<40).map { 3 + $0 % 6 }), builder.finish(), ranked([[1, 0, 0], [0, 2]]),
    ]
    let plan = try BatchSampler(tasks: ["a", "b", "c"], data: data, options: SamplingOptions()).plan(epoch: 0)
    var reused = PackedBatch()
    for index in (0..<plan.count).reversed() {
      reused.fill(index, of: plan, from: data)
      var fresh = PackedBatch()
      fresh.fill(index, of: plan, from: data)
      #expect(reused.ids == fresh.ids && reused.parts.map(\.targets) == fresh.parts.map(\.targets))

      #expect(reused.sequenceStarts.first == 0)
      #expect(reused.sequenceStarts.last.map { Int($0) } == reused.rowCount)
      #expect(reused.segments.count == reused.rowCount)
      #expect(reused.parts.first?.sequences.lowerBound == 0)
      #expect(reused.parts.last?.sequences.upperBound == reused.sequenceCount)
      for (part, next) in zip(reused.parts, reused.parts.dropFirst()) {
        #expect(part.task < next.task)
        #expect(part.rows.upperBound == next.rows.lowerBound)
        #expect(part.sequences.upperBound == next.sequences.lowerBound)
      }
      for part in reused.parts {
        #expect(part.rows.lowerBound == Int(reused.sequenceStarts[part.sequences.lowerBound]))
        #expect(part.rows.upperBound == Int(reused.sequenceStarts[part.sequences.upperBound]))
        #expect(part.examples.count == part.sequences.count)
        for (sequence, example) in zip(part.sequences, part.examples) {
          let source = data[part.task]
          let rows = Int(reused.sequenceStarts[sequence])..<Int(reused.sequenceStarts[sequence + 1])
          #expect(reused.ids[rows] == source.ids[source.tokens(of: Int(example))])
          let pair = Int(reused.pairStarts[sequence])
          #expect(reused.segments[rows.lowerBound..<pair].allSatisfy { $0 == 0 })
          #expect(reused.segments[pair..<rows.upperBound].allSatisfy { $0 == 1 })
          #expect((pair == rows.upperBound) == (part.task == 0))
        }
        switch part.targets {
        case .classes(let classes): #expect(classes == part.examples.map { $0 % 2 })
        case .scores(let scores): #expect(scores == part.examples.map { Float($0) / 10 })
        case .relevance(let gains, _): #expect(gains == part.examples.map { [1, 0, 0, 0, 2][Int($0)] })
        case .labelSets, .answers, .none: #expect(Bool(false), "no targets of the task")
        }
      }
    }
  }

  @Test("Evaluation goes through every example once within the token budget, in order or longest first")
  func evaluation() throws {
    let examples = classified(lengths: [5, 40, 3, 9, 9, 30, 4])
    func order(_ order: BatchPlan.Order) -> (examples: [[Int32]], tokens: [Int]) {
      let plan = BatchPlan.evaluation(of: examples, task: 0, tokens: 32, order: order)
      var batch = PackedBatch()
      var lists: [[Int32]] = []
      for index in 0..<plan.count {
        batch.fill(index, of: plan, from: [examples])
        #expect(batch.parts.count == 1)
        #expect(batch.parts[0].targets == .classes(batch.parts[0].examples.map { $0 % 2 }))
        lists.append(batch.parts[0].examples)
      }
      return (lists, (0..<plan.count).map { plan.size(of: $0, in: [examples]).tokens })
    }
    #expect(order(.input).examples == [[0], [1], [2, 3, 4], [5], [6]])
    #expect(order(.input).tokens == [5, 40, 21, 30, 4])
    #expect(order(.length).examples == [[1], [5], [3, 4, 0, 6, 2]])
    #expect(order(.length).tokens == [40, 30, 30])
    #expect(BatchPlan.evaluation(of: Examples(), task: 0, tokens: 32).count == 0)
  }

  @Test("Ranking is evaluated on answerable queries or on all")
  func evaluatedQueries() {
    let examples = ranked([[0, 0], [1, 0, 0], [0]])
    func chosen(_ queries: EvaluatedQueries) -> [Int32] {
      let plan = BatchPlan.evaluation(of: examples, task: 0, tokens: 1000, queries: queries)
      var batch = PackedBatch()
      batch.fill(0, of: plan, from: [examples])
      #expect(batch.parts[0].targets == .none)
      return batch.parts[0].examples
    }
    #expect(chosen(.answerable) == [2, 3, 4])
    #expect(chosen(.all) == [0, 1, 2, 3, 4, 5])
  }
}
