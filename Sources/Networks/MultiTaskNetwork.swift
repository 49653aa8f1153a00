import Tasks
import Tensors
import Wording

/// One encoder and a head a task.
public struct MultiTaskNetwork: Sendable {
  public let encoder: Encoder
  public let tasks: [TaskDefinition]
  /// As the encoder was made.
  public let sharing: SharingDefinition
  /// One a task, in the order of the tasks; tasks that name the same head hold the same one.
  let heads: [any Head]

  /// Adds the parameters of the encoder and of every head to `scope`.
  ///
  /// - Parameters:
  ///   - sharing: which parameters of the encoder tasks share.
  ///   - kinds: the heads that tasks can name; the first of a task type is its default.
  ///   - sharings: the ways of sharing that can be named.
  /// - Throws: `TaskFileError` for a head, or a way of sharing, that can't be made as its task file says.
  public init(
    _ configuration: EncoderConfiguration, tasks: [TaskDefinition], sharing: SharingDefinition = .hard,
    heads kinds: [any Head.Type] = HeadKind.all, sharings: [any Sharing.Type] = SharingKind.all,
    in scope: ParameterScope
  ) throws(TaskFileError) {
    encoder = try Encoder(configuration, tasks: tasks, sharing: sharing, among: sharings, in: scope)
    self.sharing = sharing
    self.tasks = tasks
    var heads: [any Head] = []
    var owners: [String: Int] = [:]
    for (index, task) in tasks.enumerated() {
      let type = try HeadKind.type(for: task, among: kinds)
      if type.reads == .tokenStates, encoder.sharing.addsToPooledStatesAlone {
        throw sharing.error(
          "type",
          found: "\(sharing.spelling), which adds to pooled states alone, for the task "
            + "\(quoted(task.name)), whose head \(quoted(type.name)) reads the states of tokens",
          expected: "a way of sharing that reaches these, or another head")
      }
      let name = Self.headName(of: task)
      if let owner = owners[name] {
        try Self.check(task, shares: tasks[owner])
        heads.append(heads[owner])
        continue
      }
      owners[name] = index
      var settings = HeadSettings(task.head.settings)
      let head = try type.init(
        task: task, settings: &settings, encoder: configuration, in: scope.scope("heads").scope(name))
      try settings.finish("the head \(quoted(type.name))")
      heads.append(head)
    }
    self.heads = heads
  }

  /// The scope of a task's head: `heads.NAME`.
  public static func headName(of task: TaskDefinition) -> String { task.head.name ?? task.name }

  private static func check(_ task: TaskDefinition, shares owner: TaskDefinition) throws(TaskFileError) {
    let found = "the head \(quoted(headName(of: task))) of the task \(quoted(owner.name))"
    guard task.type.name == owner.type.name, task.head.type == owner.head.type,
      task.labels.count == owner.labels.count, task.range == owner.range
    else {
      throw task.error(
        "head.name", found: found,
        expected: "a head of a task with the same type, head type, number of labels and range")
    }
    for setting in task.head.settings
    where !owner.head.settings.contains(where: { $0.name == setting.name && $0.value == setting.value }) {
      throw setting.error(expected: "what \(found) says, or nothing")
    }
  }

  /// The outputs of one task for its part of a batch.
  public struct PartOutputs {
    public let part: PackedBatch.Part
    /// Raw outputs, a row a sequence of the part, or a marked token.
    public let outputs: Matrix
    /// Whether a row is for a token.
    let isOfTokens: Bool

    /// What the marked tokens of one sequence should be; nil where that is not known, or outputs are for whole texts.
    fileprivate func expected(ofSequence sequence: Int) -> ArraySlice<Int32>? {
      guard isOfTokens, case .classes(let classes) = part.targets else { return nil }
      return classes[Int(part.markStarts[sequence])..<Int(part.markStarts[sequence + 1])]
    }

    /// The outputs of one sequence of the part, row after row.
    package func values(ofSequence sequence: Int) -> Numbers {
      let rows =
        isOfTokens
        ? Int(part.markStarts[sequence])..<Int(part.markStarts[sequence + 1]) : sequence..<sequence + 1
      return outputs.values(ofRows: rows)
    }
  }

  /// Encodes a batch and runs the head of each task in it.
  ///
  /// - Parameters:
  ///   - slot: the gradient buffer of each task; all tasks share the first by default.
  ///   - perturbation: is added to the tokens' embeddings, [tokens, hidden].
  public func forward(
    _ batch: PackedBatch, slot: (_ task: Int) -> Int = { _ in 0 }, perturbation: Matrix? = nil,
    on tape: Tape
  ) -> [PartOutputs] {
    let encoded = encoder.forward(batch, slot: slot, perturbation: perturbation, on: tape)
    return zip(batch.parts, encoded).map { part, encoded in
      let space = tape.rowSpace([RowRange(0..<part.sequences.count, slot: slot(part.task))])
      return PartOutputs(
        part: part,
        outputs: outputs(
          of: part.task, encoded, part: part, of: batch, in: space, slot: slot(part.task), on: tape),
        isOfTokens: tasks[part.task].type.target.isOfTokens)
    }
  }

  /// What the head of a task makes of a part, which need not be the task's own.
  private func outputs(
    of task: Int, _ encoded: EncodedPart, part: PackedBatch.Part, of batch: PackedBatch, in space: RowSpace,
    slot: Int, on tape: Tape
  ) -> Matrix {
    let sequences = part.sequences
    let firstToken = Int32(encoded.firstToken)
    func rows(_ indices: ArraySlice<Int32>) -> Indices { tape.indices(indices.lazy.map { $0 - firstToken }) }
    let first = sequences.lowerBound - encoded.firstSequence
    var pooled = tape.rows(first..<first + sequences.count, of: encoded.pooled, in: space)
    var states = encoded.states
    for input in encoded.further {
      let output = tape.detached(
        outputs(of: input.task, input.part, part: part, of: batch, in: space, slot: slot, on: tape))
      let isLabelled = tasks[input.task].type.target == .label
      let further = tape.linear(isLabelled ? tape.softmax(output) : output, input.map)
      pooled = tape.sum([pooled, further])
      let owners = sequences.enumerated().flatMap { index, sequence in
        let count = batch.sequenceStarts[sequence + 1] - batch.sequenceStarts[sequence]
        return repeatElement(Int32(index), count: Int(count))
      }
      states = tape.sum([
        states, tape.gather(further, rows: tape.indices(owners), in: states.rowSpace),
      ])
    }
    let input = HeadInput(
      pooled: pooled, states: states,
      firsts: rows(batch.sequenceStarts[sequences]), pairs: rows(batch.pairStarts[sequences]),
      lasts: rows(batch.sequenceStarts[sequences.lowerBound + 1..<sequences.upperBound + 1]),
      marks: rows(part.marks[...]),
      markSpace: tape.rowSpace([RowRange(0..<part.marks.count, slot: slot)]),
      words: encoder.words(ofTask: part.task))
    return heads[task].forward(input, on: tape)
  }

  /// The mean loss of one task over the examples of its part, [1, 1].
  public func loss(of outputs: PartOutputs, on tape: Tape) -> Matrix {
    heads[outputs.part.task].loss(outputs.outputs, targets: outputs.part.targets, on: tape)
  }

  /// The prediction for each sequence of a part: class probabilities, of each word where words are labelled, or one score.
  public func predictions(of outputs: PartOutputs) -> [[Float]] {
    outputs.part.sequences.indices.map { sequence in
      let index = sequence - outputs.part.sequences.lowerBound
      let values = outputs.values(ofSequence: index)
      let head = heads[outputs.part.task]
      guard let expected = outputs.expected(ofSequence: index) else { return head.prediction(values) }
      return head.prediction(values, expected: expected)
    }
  }
}
