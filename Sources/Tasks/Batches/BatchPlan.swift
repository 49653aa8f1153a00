/// Which examples each batch of a sequence of batches holds, and which batches make a step; stored flat.
public struct BatchPlan: Sendable, Equatable {
  /// The rows of one task in a batch.
  struct Part: Sendable, Equatable {
    var task: Int
    /// A range of `BatchPlan.examples`.
    var examples: Range<Int>
    /// A range of `BatchPlan.queryStarts`, one longer than the queries are many; empty if there are none.
    var queries: Range<Int>
  }

  private(set) var parts: [Part] = []
  /// Where each batch begins in `parts`, and the end.
  private var batchStarts: [Int] = [0]
  /// Where each step of the optimizer begins among the batches, and the end.
  private var stepStarts: [Int] = [0]
  /// Indices into the examples of the part's task.
  private(set) var examples: [Int32] = []
  /// Where each query begins among the part's sequences, and the end.
  private(set) var queryStarts: [Int32] = []

  /// The number of batches.
  public var count: Int { batchStarts.count - 1 }

  /// The number of steps of the optimizer.
  public var stepCount: Int { stepStarts.count - 1 }

  /// The batches whose gradients are added up before a step.
  public func batches(ofStep step: Int) -> Range<Int> { stepStarts[step]..<stepStarts[step + 1] }

  func parts(of batch: Int) -> ArraySlice<Part> { parts[batchStarts[batch]..<batchStarts[batch + 1]] }

  /// The number of sequences in a batch.
  public func sequenceCount(of batch: Int) -> Int { parts(of: batch).reduce(0) { $0 + $1.examples.count } }

  /// The tokens of a batch, the sum of the squares of its sequences' lengths, and the outputs of tasks that have one for each
  /// token of the vocabulary. `data` is indexed by task.
  package func size(of batch: Int, in data: [Examples]) -> (tokens: Int, squares: Int, outputs: Int) {
    var (tokens, squares, outputs) = (0, 0, 0)
    for part in parts(of: batch) {
      for example in examples[part.examples] {
        let length = data[part.task].length(of: Int(example))
        tokens += length
        squares += length * length
        outputs += data[part.task].outputCount(of: Int(example))
      }
    }
    return (tokens, squares, outputs)
  }

  // MARK: Making one

  mutating func append(_ sequence: Int32) { examples.append(sequence) }

  /// Ends a query of the part that began at `start` of `examples`.
  mutating func endQuery(ofPartFrom start: Int, isFirst: Bool) {
    if isFirst { queryStarts.append(0) }
    queryStarts.append(Int32(examples.count - start))
  }

  mutating func endPart(task: Int, examples start: Int, queries: Int) {
    parts.append(Part(task: task, examples: start..<examples.count, queries: queries..<queryStarts.count))
  }

  mutating func endBatch() { batchStarts.append(parts.count) }

  mutating func endStep() { stepStarts.append(count) }
}

/// Which ranking queries are evaluated.
public enum EvaluatedQueries: String, Sendable, CaseIterable {
  /// Those with at least one relevant candidate, as is usual on WikiQA.
  case answerable
  case all
}

extension BatchPlan {
  public enum Order: Sendable {
    /// As the examples stand.
    case input
    /// Longest first, so that what does not fit into memory shows at once.
    case length
  }

  /// One pass over a task's examples for evaluation or prediction. The candidates of a query are scored apart
  /// from each other and may be spread over batches, so a part has no queries. `PackedBatch.Part.examples`
  /// says where the results belong.
  ///
  /// - Parameters:
  ///   - task: the part's task number in the batches.
  ///   - tokens: the most tokens a batch; a longer example gets a batch of its own.
  public static func evaluation(
    of examples: Examples, task: Int, tokens: Int, order: Order = .input, queries: EvaluatedQueries = .all
  ) -> BatchPlan {
    var indices: [Int]
    if examples.isRanking, queries == .answerable {
      indices = examples.answerableQueries.flatMap { Array(examples.candidates(of: $0)) }
    } else {
      indices = Array(0..<examples.count)
    }
    if order == .length {
      indices.sort { (examples.length(of: $1), $0) < (examples.length(of: $0), $1) }
    }
    var plan = BatchPlan()
    var sum = 0
    var start = 0
    for index in indices {
      let length = examples.length(of: index)
      if sum > 0, sum + length > tokens {
        plan.endPart(task: task, examples: start, queries: 0)
        plan.endBatch()
        start = plan.examples.count
        sum = 0
      }
      plan.append(Int32(index))
      sum += length
    }
    if plan.examples.count > start {
      plan.endPart(task: task, examples: start, queries: 0)
      plan.endBatch()
    }
    return plan
  }
}
