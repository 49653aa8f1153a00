import Tasks
import Tensors

/// A lexicon that all tasks share, and above it Transformer layers, shared as `Sharing` says.
public struct Encoder: Sendable {
  public let configuration: EncoderConfiguration
  public let sharing: any Sharing
  let lexicon: Lexicon

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
    lexicon = Lexicon(configuration, in: scopes.encoder.scope("embeddings"))
    let type = try SharingKind.type(of: definition, among: kinds)
    var settings = SharingSettings(definition.settings)
    sharing = try type.init(settings: &settings, encoder: configuration, tasks: tasks, in: scopes)
    try settings.finish("the sharing \(type.name)")
  }

  /// Encodes a packed batch. On a training tape the memory of every layer is kept for backward.
  ///
  /// - Parameter slot: the gradient buffer of each task.
  /// - Returns: what the head of each part reads, in order.
  public func forward(
    _ batch: PackedBatch, slot: (_ task: Int) -> Int, on tape: Tape
  ) -> [EncodedPart] {
    let rows = PackedRows(batch, slot: slot, on: tape)
    let states = lexicon.forward(
      ids: tape.indices(batch.ids), positions: tape.positions(in: batch),
      segments: tape.indices(batch.segments), in: rows.tokenSpace, on: tape)
    return sharing.forward(EncoderInput(batch, states: states, rows: rows, slot: slot), on: tape)
  }
}

extension Tape {
  /// The position of each token in its own sequence.
  fileprivate func positions(in batch: PackedBatch) -> Indices {
    let target = indices(batch.ids)
    for sequence in 0..<batch.sequenceCount {
      let start = Int(batch.sequenceStarts[sequence])
      let end = Int(batch.sequenceStarts[sequence + 1])
      for row in start..<end { target.values[row] = Int32(row - start) }
    }
    return target
  }
}
