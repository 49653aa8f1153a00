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
        encoder, tasks: tasks.count, shared: shared, own: own, sharedScope: { scopes.shared.scope("pooled") },
        ownScope: { scopes.own($0).scope("pooled") }, expert: { PooledExpert(encoder, in: $0) }) : nil
  }

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
      encoder, tasks: tasks, shared: shared, own: own, sharedScope: { scopes.shared.layer(layer) },
      ownScope: { scopes.own($0).layer(layer) }, copying: "encoder.layer.\(layer)",
      expert: { FeedForward(encoder, in: $0) })
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

/// Something that makes [rows, hidden] of [rows, hidden], row by row.
protocol Expert: Sendable {
  func forward(_ input: Matrix, on tape: Tape) -> Matrix
}

extension FeedForward: Expert {}

/// A dense layer on pooled states. As no LayerNorm follows, its weights start with the deviation that keeps the size of what
/// goes through it (He et al. 2015, eq. 10).
struct PooledExpert: Expert {
  private let dense: LinearParameters
  private let activation: Activation

  init(_ encoder: EncoderConfiguration, in scope: ParameterScope) {
    let hidden = encoder.hiddenSize
    dense = scope.linear(
      "dense", inputs: hidden, outputs: hidden, deviation: (2 / Float(hidden)).squareRoot())
    activation = encoder.activation
  }

  func forward(_ input: Matrix, on tape: Tape) -> Matrix {
    tape.linear(input, dense, activation: activation)
  }
}

/// Experts of all tasks and of each, and a gate a task over its own and the shared ones, in this order.
struct ExpertGroup<E: Expert>: Sendable {
  private let shared: [E]
  /// By task.
  private let own: [[E]]
  private let gates: [LinearParameters]

  /// - Parameter copying: the scope of a plain encoder that experts start as.
  init(
    _ encoder: EncoderConfiguration, tasks: Int, shared: Int, own: Int, sharedScope: () -> ParameterScope,
    ownScope: (_ task: Int) -> ParameterScope, copying origin: String? = nil, expert: (ParameterScope) -> E
  ) {
    func scope(_ number: Int, in scope: ParameterScope) -> ParameterScope {
      let experts = scope.scope("expert")
      return origin.map { experts.scope("\(number)", copying: $0) } ?? experts.scope("\(number)")
    }
    self.shared = (0..<shared).map { expert(scope($0, in: sharedScope())) }
    self.own = (0..<tasks).map { task in
      (0..<own).map { expert(scope($0, in: ownScope(task))) }
    }
    gates = (0..<tasks).map { task in
      ownScope(task).linear(
        "gate", inputs: encoder.hiddenSize, outputs: own + shared, deviation: encoder.initializerDeviation,
        bias: false)
    }
  }

  /// One matrix a part.
  ///
  /// - Parameter slice: the rows of a part from a matrix of all.
  func forward(
    _ input: Matrix, _ parts: [EncoderInput.Part], on tape: Tape,
    slice: (Matrix, EncoderInput.Part) -> Matrix
  ) -> [Matrix] {
    // Products over all rows at once are faster than part by part.
    let everywhere = shared.map { $0.forward(input, on: tape) }
    return parts.map { part in
      let rows = slice(input, part)
      let outputs = own[part.task].map { $0.forward(rows, on: tape) } + everywhere.map { slice($0, part) }
      return tape.gated(outputs, by: tape.linear(rows, gates[part.task]))
    }
  }
}

extension Tape {
  /// Σₑ softmax(logits)ₑ outputsₑ, row by row.
  public func gated(_ outputs: [Matrix], by logits: Matrix) -> Matrix {
    mixture(outputs, weights: softmax(logits))
  }
}
