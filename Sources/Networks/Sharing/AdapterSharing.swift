import Tasks
import Tensors

/// One encoder for all tasks with small parts of each task's own in every layer, which start without effect.
///
/// Settings: `kind`: `bottleneck`, two dense layers h + U a(D h) after the attention and the feed-forward block of each layer,
/// before the residual connection (Houlsby et al. 2019, section 2.1), or `low-rank`, updates B A of the query and value
/// projections, times `scale` / `size` (LoRA, Hu et al. 2022, section 4.1); `size`, the width of the bottleneck (64) or the
/// rank (8); `scale` (16); `trunk`: `trained`, or `frozen`, which leaves everything alone but adapters and heads. Each task has
/// its own pooler.
public struct AdapterSharing: Sharing {
  public static let name = "adapters"

  private enum Kind: String, CaseIterable {
    case bottleneck
    case lowRank = "low-rank"
  }

  private enum Trunk: String, CaseIterable {
    case trained
    case frozen
  }

  private let layers: [EncoderLayer]
  /// By layer and task.
  private let adapters: [[LayerAdapter]]
  private let poolers: [Pooler]
  private let isFrozen: Bool

  public init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes
  ) throws(TaskFileError) {
    let kind = try settings.choice("kind", default: Kind.bottleneck)
    let size = try settings.count(
      "size", default: min(kind == .bottleneck ? 64 : 8, encoder.hiddenSize), in: 1...encoder.hiddenSize)
    let scale = kind == .lowRank ? try settings.number("scale", default: 16, in: 0.001...1000) : 0
    isFrozen = try settings.choice("trunk", default: Trunk.trained) == .frozen
    layers = (0..<encoder.layers).map { EncoderLayer(encoder, in: scopes.encoder.layer($0)) }
    adapters = (0..<encoder.layers).map { layer in
      tasks.indices.map { task in
        let scope = scopes.own(task).layer(layer).scope("adapter")
        return kind == .bottleneck
          ? .bottleneck(
            attention: Bottleneck(encoder, size: size, in: scope.scope("attention")),
            feedForward: Bottleneck(encoder, size: size, in: scope.scope("feedForward")))
          : .lowRank(
            query: LowRankUpdate(encoder, rank: size, scale: scale, in: scope.scope("query")),
            value: LowRankUpdate(encoder, rank: size, scale: scale, in: scope.scope("value")))
      }
    }
    poolers = tasks.indices.map { Pooler(encoder, in: scopes.own($0)) }
  }

  public func freezes(_ parameter: String) -> Bool { isFrozen && parameter.hasPrefix("encoder.") }

  public func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart] {
    var states = input.states
    let parts = input.parts(on: tape)
    for (layer, adapters) in zip(layers, adapters) {
      states = tape.recyclingMemory(like: states) {
        forward(states, through: layer, adapters, parts, of: input, on: tape)
      }
    }
    return parts.map { part in
      let slice = input.rows.slice(states, part.rows, on: tape)
      return EncodedPart(
        states: slice, pooled: poolers[part.task].forward(slice, part.rows, on: tape), rows: part.rows)
    }
  }

  private func forward(
    _ states: Matrix, through layer: EncoderLayer, _ adapters: [LayerAdapter], _ parts: [EncoderInput.Part],
    of input: EncoderInput, on tape: Tape
  ) -> Matrix {
    /// Adds what each part's task makes of a matrix's rows to another.
    func adapted(
      _ matrix: Matrix, reading source: Matrix, _ deltas: (LayerAdapter, Matrix) -> [MatrixBlock]
    ) -> Matrix {
      let blocks = parts.flatMap { part in
        deltas(adapters[part.task], input.rows.slice(source, part.rows, on: tape))
          .map { $0.moved(rows: part.rows.tokens.lowerBound) }
      }
      guard !blocks.isEmpty else { return matrix }
      return tape.assemble(
        rows: matrix.rows, columns: matrix.columns, in: matrix.rowSpace, [MatrixBlock(matrix)] + blocks)
    }
    let projected = adapted(
      tape.linear(states, layer.attention.projections), reading: states
    ) { adapter, rows in
      guard case .lowRank(let query, let value) = adapter else { return [] }
      return [
        query.delta(rows, column: 0, on: tape), value.delta(rows, column: 2 * rows.columns, on: tape),
      ]
    }
    let attention = layer.attention.attended(projected, starts: input.rows.starts, on: tape)
    let attended = layer.attention.normalised(
      adapted(attention, reading: attention) { adapter, rows in
        guard case .bottleneck(let attention, _) = adapter else { return [] }
        return [MatrixBlock(attention.forward(rows, on: tape))]
      }, residual: states, on: tape)
    let dense = layer.feedForward.dense.forward(attended, on: tape)
    return layer.feedForward.norm.forward(
      adapted(dense, reading: dense) { adapter, rows in
        guard case .bottleneck(_, let feedForward) = adapter else { return [] }
        return [MatrixBlock(feedForward.forward(rows, on: tape))]
      }, residual: attended, on: tape)
  }
}

/// What one task has in a layer.
private enum LayerAdapter: Sendable {
  case bottleneck(attention: Bottleneck, feedForward: Bottleneck)
  case lowRank(query: LowRankUpdate, value: LowRankUpdate)
}

/// U a(D h): what is added to h. U starts as zero.
private struct Bottleneck: Sendable {
  let down: LinearParameters
  let up: LinearParameters
  let activation: Activation

  init(_ encoder: EncoderConfiguration, size: Int, in scope: ParameterScope) {
    down = scope.linear(
      "down", inputs: encoder.hiddenSize, outputs: size, deviation: encoder.initializerDeviation)
    up = scope.linear("up", inputs: size, outputs: encoder.hiddenSize, deviation: 0)
    activation = encoder.activation
  }

  func forward(_ input: Matrix, on tape: Tape) -> Matrix {
    tape.linear(tape.linear(input, down, activation: activation), up)
  }
}

/// scale / rank · B A x: what is added to a projection of x. B starts as zero.
private struct LowRankUpdate: Sendable {
  let down: LinearParameters
  let up: LinearParameters
  let factor: Float

  init(_ encoder: EncoderConfiguration, rank: Int, scale: Double, in scope: ParameterScope) {
    down = scope.linear(
      "down", inputs: encoder.hiddenSize, outputs: rank, deviation: encoder.initializerDeviation, bias: false)
    up = scope.linear("up", inputs: rank, outputs: encoder.hiddenSize, deviation: 0, bias: false)
    factor = Float(scale / Double(rank))
  }

  func delta(_ input: Matrix, column: Int, on tape: Tape) -> MatrixBlock {
    MatrixBlock(tape.linear(tape.linear(input, down), up), column: column, factor: factor)
  }
}
