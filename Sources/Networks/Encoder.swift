import Tasks
import Tensors

/// A lexicon that all tasks share, or several, and above it Transformer layers, shared as `Sharing` says.
public struct Encoder: Sendable {
  public let configuration: EncoderConfiguration
  public let sharing: any Sharing
  /// Nil where the way of sharing has its own.
  private let lexicon: Lexicon?

  /// Adds its parameters to `scope`.
  ///
  /// - Parameter kinds: the ways of sharing that can be named.
  /// - Throws: `TaskFileError` for a way of sharing that is not there or can't be as it says.
  init(
    _ configuration: EncoderConfiguration, tasks: [TaskDefinition], sharing definition: SharingDefinition,
    among kinds: [any Sharing.Type], in scope: ParameterScope
  ) throws(TaskFileError) {
    self.configuration = configuration
    let scopes = SharingScopes(root: scope, tasks: tasks.map(\.name))
    let type = try SharingKind.type(of: definition, among: kinds)
    lexicon =
      type.ownsLexicons ? nil : Lexicon(configuration, in: scopes.encoder.scope("embeddings"))
    var settings = SharingSettings(definition.settings)
    sharing = try type.init(settings: &settings, encoder: configuration, tasks: tasks, in: scopes)
    try settings.finish("the sharing \(type.name)")
  }

  /// Encodes a packed batch. On a training tape the memory of every layer is kept for backward.
  ///
  /// - Parameters:
  ///   - slot: the gradient buffer of each task.
  ///   - perturbation: is added to the tokens' embeddings, [tokens, hidden].
  /// - Returns: what the head of each part reads, in order.
  public func forward(
    _ batch: PackedBatch, slot: (_ task: Int) -> Int, perturbation: Matrix? = nil, on tape: Tape
  ) -> [EncodedPart] {
    let rows = PackedRows(batch, slot: slot, on: tape)
    let states = embedded(batch, rows, slot: slot, perturbation: perturbation, on: tape)
    return sharing.forward(EncoderInput(batch, states: states, rows: rows, slot: slot), on: tape)
  }

  /// The word embeddings that the tokens of a task's rows are read from, [vocabulary, hidden].
  func words(ofTask task: Int) -> Parameter {
    guard let lexicon = lexicon ?? sharing.lexicon(ofTask: task) else {
      preconditionFailure("a way of sharing without a common lexicon has one for each task")
    }
    return lexicon.words
  }

  private func embedded(
    _ batch: PackedBatch, _ rows: PackedRows, slot: (_ task: Int) -> Int, perturbation: Matrix?,
    on tape: Tape
  ) -> Matrix {
    let positions = batch.positions
    if let lexicon {
      return lexicon.forward(
        ids: tape.indices(batch.ids), positions: tape.indices(positions),
        segments: tape.indices(batch.segments), perturbation: perturbation, in: rows.tokenSpace, on: tape)
    }
    let blocks = batch.parts.compactMap { part -> MatrixBlock? in
      let range = part.rows
      let space = tape.rowSpace([RowRange(0..<range.count, slot: slot(part.task))])
      return sharing.lexicon(ofTask: part.task).map { lexicon in
        let states = lexicon.forward(
          ids: tape.indices(batch.ids[range]), positions: tape.indices(positions[range]),
          segments: tape.indices(batch.segments[range]),
          perturbation: perturbation.map { tape.rows(range, of: $0, in: space) }, in: space, on: tape)
        return MatrixBlock(states, row: range.lowerBound)
      }
    }
    return tape.assemble(
      rows: batch.rowCount, columns: configuration.hiddenSize, in: rows.tokenSpace, blocks)
  }
}

extension PackedBatch {
  /// The position of each token in its own sequence.
  fileprivate var positions: [Int32] {
    var positions: [Int32] = []
    positions.reserveCapacity(rowCount)
    for sequence in 0..<sequenceCount {
      positions += 0..<sequenceStarts[sequence + 1] - sequenceStarts[sequence]
    }
    return positions
  }
}
