import Tasks
import Tensors

/// Where experts stand.
enum ExpertPlace: String, CaseIterable {
  /// In place of the feed-forward blocks of upper layers.
  case feedForward = "feed-forward"
  /// On the pooled state.
  case pooled
}

/// An encoder with experts in one of their places.
struct ExpertBody: Sendable {
  /// With plain feed-forward blocks.
  private let lower: [EncoderLayer]
  private let upper: [ExpertLayer]
  private let pooler: Pooler
  private let pooledExperts: ExpertGroup<PooledExpert>?

  /// Reads the settings `place` and `from`.
  ///
  /// - Parameters:
  ///   - shared: experts of all tasks.
  ///   - own: experts of each task.
  init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition], shared: Int,
    own: Int, in scopes: SharingScopes
  ) throws(TaskFileError) {
    let place = try settings.choice("place", default: ExpertPlace.feedForward)
    let from =
      place == .feedForward
      ? try settings.count("from", default: encoder.layers / 2, in: 0...encoder.layers - 1) : encoder.layers
    lower = (0..<from).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    upper = (from..<encoder.layers).map { layer in
      ExpertLayer(encoder, layer: layer, tasks: tasks.count, shared: shared, own: own, in: scopes)
    }
    pooler = Pooler(encoder, in: scopes.encoder)
    pooledExperts =
      place == .pooled
      ? ExpertGroup(
        encoder, tasks: tasks.count, shared: shared, own: own, in: scopes, at: { $0.scope("pooled") },
        expert: { PooledExpert(encoder, in: $0.scope($1)) }) : nil
  }

  var addsToPooledStatesAlone: Bool { pooledExperts != nil }

  func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    var states = tape.forward(input.states, through: lower, input.rows)
    let parts = input.parts(on: tape)
    for layer in upper {
      states = tape.recyclingMemory(like: states) { layer.forward(states, parts, of: input, on: tape) }
    }
    let pooled = pooler.forward(states, input.rows, on: tape)
    guard let pooledExperts else { return input.output(states, pooled: pooled) }
    let mixed = pooledExperts.forward(pooled, parts, on: tape) {
      input.rows.slice(pooled: $0, $1.rows, on: tape)
    }
    return input.output(states, pooled: input.joined(pooled: mixed, on: tape))
  }
}

/// A layer whose feed-forward block is a mixture of experts.
private struct ExpertLayer: Sendable {
  let attention: AttentionBlock
  let experts: ExpertGroup<FeedForward>
  let norm: BlockNorm

  init(
    _ encoder: EncoderConfiguration, layer: Int, tasks: Int, shared: Int, own: Int, in scopes: SharingScopes
  ) {
    attention = AttentionBlock(encoder, in: scopes.encoder.layer(layer))
    experts = ExpertGroup(
      encoder, tasks: tasks, shared: shared, own: own, in: scopes, at: { $0.layer(layer) },
      expert: { FeedForward(encoder, in: $0.scope($1, copying: "encoder.layer.\(layer)")) })
    norm = BlockNorm(encoder, in: scopes.encoder.layer(layer).scope("feedForward"))
  }

  func forward(
    _ input: Matrix, _ parts: [EncoderInput.Part], of batch: EncoderInput, on tape: Tape
  ) -> Matrix {
    let attended = attention.forward(input, starts: batch.rows.starts, on: tape)
    let mixed = experts.forward(attended, parts, on: tape) { batch.rows.slice($0, $1.rows, on: tape) }
    return norm.forward(batch.joined(mixed, on: tape), residual: attended, on: tape)
  }
}
