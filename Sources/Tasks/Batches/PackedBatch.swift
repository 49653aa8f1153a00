/// What the sequences of one task in a batch are trained towards.
public enum Targets: Sendable, Equatable {
  /// The class id of each sequence, or of each marked token.
  case classes([Int32])
  /// The score of each sequence.
  case scores([Float])
  /// The gain of each sequence; the candidates of query q are sequences `queryStarts[q]..<queryStarts[q +
  /// 1]`, counted from the part's first.
  case relevance(gains: [Float], queryStarts: [Int32])
  /// The class ids of each sequence, any number of them.
  case labelSets(IntegerLists)
  /// The first and the last mark of each sequence's answer, counted from the part's first; and where each sequence's marks
  /// begin, and the end.
  case answers(firsts: [Int32], lasts: [Int32], starts: [Int32])
  /// No targets: unlabelled rows, or candidates in evaluation.
  case none
}

/// The rows of one batch: a row is a token, sequences stand one after the other without padding, ordered by
/// task.
public struct PackedBatch: Sendable {
  /// The sequences of one task.
  public struct Part: Sendable {
    /// The task's number.
    public var task: Int
    public var sequences: Range<Int>
    public var rows: Range<Int>
    /// The tokens that the task asks about, as rows of the batch, sequence by sequence; none if it asks about texts.
    public var marks: [Int32]
    /// Where each sequence's begin in `marks`, and the end: `sequences + 1`.
    public var markStarts: [Int32]
    public var targets: Targets
    /// The index of each sequence in the task's `Examples`.
    public var examples: [Int32]
    /// What a mean over the part's loss divides by: the number of queries if there are any, else of
    /// sequences.
    public var exampleCount: Int
  }

  /// Token ids, one a row.
  public internal(set) var ids: [Int32] = []
  /// 0 for first texts, 1 for second ones, one a row.
  public private(set) var segments: [Int32] = []
  /// The first row of each sequence, and the number of rows: `sequences + 1`.
  public private(set) var sequenceStarts: [Int32] = [0]
  /// The first row of each sequence's second text; the sequence's end if there is none.
  public private(set) var pairStarts: [Int32] = []
  /// The tasks in the batch, in order.
  public private(set) var parts: [Part] = []
  // Arrays of earlier parts, to be filled again.
  private var spareIntegers: [[Int32]] = []
  private var spareFloats: [[Float]] = []

  public init() {}

  /// A batch of sequences that stand in no `Examples`; they are numbered from 0 in each part, and each token is marked.
  package init(_ parts: [(task: Int, sequences: [(ids: [Int32], segments: [Int32])], targets: Targets)]) {
    for part in parts {
      let firstSequence = sequenceCount
      let firstRow = rowCount
      for (ids, segments) in part.sequences {
        pairStarts.append(Int32(rowCount + (segments.firstIndex(of: 1) ?? ids.count)))
        self.ids += ids
        self.segments += segments
        sequenceStarts.append(Int32(rowCount))
      }
      var exampleCount = part.sequences.count
      if case .relevance(_, let queryStarts) = part.targets { exampleCount = queryStarts.count - 1 }
      self.parts.append(
        Part(
          task: part.task, sequences: firstSequence..<sequenceCount, rows: firstRow..<rowCount,
          marks: (firstRow..<rowCount).map { Int32($0) },
          markStarts: sequenceStarts[firstSequence...].map { $0 - Int32(firstRow) },
          targets: part.targets, examples: part.sequences.indices.map { Int32($0) },
          exampleCount: exampleCount))
    }
  }

  public var sequenceCount: Int { pairStarts.count }
  public var rowCount: Int { ids.count }

  /// Replaces the contents by a batch of a plan, reusing storage. `data` is indexed by task.
  ///
  /// - Parameter maskingKey: decides which tokens are hidden where a task asks for them.
  public mutating func fill(
    _ batch: Int, of plan: BatchPlan, from data: [Examples],
    maskingKey: UInt64 = TokenMasking.evaluationKey
  ) {
    ids.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    sequenceStarts.removeAll(keepingCapacity: true)
    sequenceStarts.append(0)
    pairStarts.removeAll(keepingCapacity: true)
    recycle()
    for part in plan.parts(of: batch) {
      let firstSequence = sequenceCount
      let firstRow = rowCount
      var indices = spareIntegers.popLast() ?? []
      indices += plan.examples[part.examples]
      var marks = spareIntegers.popLast() ?? []
      var markStarts = spareIntegers.popLast() ?? []
      markStarts.append(0)
      var hidden: [Int32] = []
      if case .masked = data[part.task].targets { hidden = spareIntegers.popLast() ?? [] }
      for index in indices {
        let first = Int32(ids.count)
        append(Int(index), of: data[part.task])
        if case .masked(let masking) = data[part.task].targets {
          masking.hide(
            Int(first)..<ids.count, of: &ids, key: maskingKey, example: Int(index), hidden: &marks,
            expected: &hidden)
        } else {
          marks += data[part.task].marks(of: Int(index)).lazy.map { first + $0.token }
        }
        markStarts.append(Int32(marks.count))
      }
      let queries = plan.queryStarts[part.queries]
      parts.append(
        Part(
          task: part.task, sequences: firstSequence..<sequenceCount, rows: firstRow..<rowCount,
          marks: marks, markStarts: markStarts,
          targets: targets(
            of: indices, markStarts: markStarts, queries: queries, hidden: hidden, in: data[part.task]),
          examples: indices,
          exampleCount: queries.isEmpty ? indices.count : queries.count - 1))
    }
  }

  /// Makes the sequences of a batch of one part those of several tasks, so that one pass of an encoder which all tasks
  /// share answers them all. For prediction only: gradients need rows of their own for each task.
  package mutating func share(among tasks: [Int]) {
    precondition(parts.count == 1, "a batch of several tasks cannot be shared")
    guard var part = parts.popLast() else { return }
    part.targets = .none
    for task in tasks {
      part.task = task
      parts.append(part)
    }
  }

  private mutating func append(_ example: Int, of data: Examples) {
    let tokens = data.tokens(of: example)
    pairStarts.append(Int32(ids.count) + data.pairStarts[example])
    ids += data.ids[tokens]
    segments += data.segments[tokens]
    sequenceStarts.append(Int32(ids.count))
  }

  private mutating func targets(
    of indices: [Int32], markStarts: [Int32], queries: ArraySlice<Int32>, hidden: [Int32], in data: Examples
  ) -> Targets {
    switch data.targets {
    case .masked: return .classes(hidden)
    case .classes(let classes):
      var values = spareIntegers.popLast() ?? []
      for index in indices { values.append(classes[Int(index)]) }
      return .classes(values)
    case .scores(let scores):
      var values = spareFloats.popLast() ?? []
      for index in indices { values.append(scores[Int(index)]) }
      return .scores(values)
    case .gains(let gains) where !queries.isEmpty:
      var values = spareFloats.popLast() ?? []
      for index in indices { values.append(gains[Int(index)]) }
      var starts = spareIntegers.popLast() ?? []
      starts += queries
      return .relevance(gains: values, queryStarts: starts)
    case .answers(let answers):
      let places = indices.map { answers.marks[Int($0)] }
      // An answer that was cut off can't be trained towards: then these are no targets.
      guard !places.contains(nil) else { return .none }
      let shifted = zip(places.lazy.compactMap { $0 }, markStarts)
      return .answers(
        firsts: shifted.map { $0.lowerBound + $1 }, lasts: shifted.map { $0.upperBound + $1 },
        starts: markStarts)
    case .labelSets(let sets):
      var lists = IntegerLists()
      for index in indices { lists.append(sets[Int(index)]) }
      return .labelSets(lists)
    case .tags(let tags):
      var values = spareIntegers.popLast() ?? []
      for index in indices {
        let labels = tags[Int(index)]
        for mark in data.marks(of: Int(index)) { values.append(labels[labels.startIndex + Int(mark.unit)]) }
      }
      return .classes(values)
    case .gains, .none: return .none
    }
  }

  private mutating func recycle() {
    while let part = parts.popLast() {
      spareIntegers.append(part.examples)
      spareIntegers.append(part.marks)
      spareIntegers.append(part.markStarts)
      switch part.targets {
      case .classes(let values): spareIntegers.append(values)
      case .scores(let values): spareFloats.append(values)
      case .relevance(let gains, let starts):
        spareFloats.append(gains)
        spareIntegers.append(starts)
      case .labelSets, .answers, .none: break
      }
    }
    // Emptied here, where nothing else holds them any more.
    for index in spareIntegers.indices { spareIntegers[index].removeAll(keepingCapacity: true) }
    for index in spareFloats.indices { spareFloats[index].removeAll(keepingCapacity: true) }
  }
}
