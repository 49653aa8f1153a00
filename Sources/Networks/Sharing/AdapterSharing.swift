import Tasks
import Tensors

/// One encoder for all tasks with small parts of each task's own in every layer, which start without effect.
///
/// Settings: `kind`: `bottleneck`, h + U a(D h) after the attention and the feed-forward block of each layer, before the
/// residual connection (Houlsby et al. 2019, section 2.1), or `low-rank`, updates B A of the query and value projections,
/// times `scale` / `size` (LoRA, Hu et al. 2022, section 4.1); `size`, the width of the bottleneck (64) or the rank (8);
/// `scale` (16); `trunk`: `trained`, or `frozen`, which leaves everything alone but adapters and heads. Each task has its
/// own pooler.
///
/// Houlsby et al. give each task its own LayerNorms too, and put the block's dropout before the adapter; here tasks share
/// these, and dropout comes after.
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
  /// What the names of each task's parameters begin with.
  private let ownPaths: [String]
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
          ? LayerAdapter(bottlenecksOf: size, encoder, in: scope)
          : LayerAdapter(updatesOfRank: size, scale: scale, encoder, in: scope)
      }
    }
    poolers = tasks.indices.map { Pooler(encoder, in: scopes.own($0)) }
    ownPaths = tasks.indices.map { scopes.own($0).path }
  }

  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    guard adapters.allSatisfy({ $0[task].attention.isEmpty }) else {
      throw NoPlainEncoder("its bottlenecks stand inside the layers, where a plain encoder has nothing")
    }
    let path = ownPaths[task]
    let updates = adapters.indices.flatMap { layer in
      adapters[layer][task].projections.map { adapter in
        PlainEncoder.Update(
          weight: "encoder.layer.\(layer).attention.\(adapter.name).weight",
          up: "\(path)layer.\(layer).adapter.\(adapter.name).up.weight",
          down: "\(path)layer.\(layer).adapter.\(adapter.name).down.weight", factor: adapter.factor)
      }
    }
    return PlainEncoder(layers: layers.count, updates: updates) { name in
      name.hasPrefix("encoder.pooler.") ? path + name.dropFirst("encoder.".count) : name
    }
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
      poolers[part.task].part(input.rows.slice(states, part.rows, on: tape), part.rows, on: tape)
    }
  }

  private func forward(
    _ states: Matrix, through layer: EncoderLayer, _ adapters: [LayerAdapter], _ parts: [EncoderInput.Part],
    of input: EncoderInput, on tape: Tape
  ) -> Matrix {
    /// Adds what the adapters of each part's task make of its rows of `source`.
    func adapted(_ matrix: Matrix, reading source: Matrix, by place: KeyPath<LayerAdapter, [Adapter]>)
      -> Matrix
    {
      if adapters.allSatisfy({ $0[keyPath: place].isEmpty }) { return matrix }
      let blocks = parts.flatMap { part in
        let rows = input.rows.slice(source, part.rows, on: tape)
        return adapters[part.task][keyPath: place].map { adapter in
          MatrixBlock(
            adapter.forward(rows, on: tape), row: part.rows.tokens.lowerBound, column: adapter.column,
            factor: adapter.factor)
        }
      }
      return tape.assemble(
        rows: matrix.rows, columns: matrix.columns, in: matrix.rowSpace, [MatrixBlock(matrix)] + blocks)
    }
    let projected = adapted(
      tape.linear(states, layer.attention.projections), reading: states, by: \.projections)
    let attention = layer.attention.attended(projected, starts: input.rows.starts, on: tape)
    let attended = layer.attention.norm.forward(
      adapted(attention, reading: attention, by: \.attention), residual: states, on: tape)
    let dense = layer.feedForward.dense.forward(attended, on: tape)
    return layer.feedForward.norm.forward(
      adapted(dense, reading: dense, by: \.feedForward), residual: attended, on: tape)
  }
}

/// What one task adds in a layer: to query, key and value, to the output of attention, and to that of the dense layers.
private struct LayerAdapter: Sendable {
  var projections: [Adapter] = []
  var attention: [Adapter] = []
  var feedForward: [Adapter] = []

  init(bottlenecksOf size: Int, _ encoder: EncoderConfiguration, in scope: ParameterScope) {
    func adapter(_ block: String) -> Adapter {
      Adapter(encoder, block, size: size, activation: encoder.activation, bias: true, in: scope)
    }
    attention = [adapter("attention")]
    feedForward = [adapter("feedForward")]
  }

  init(updatesOfRank rank: Int, scale: Double, _ encoder: EncoderConfiguration, in scope: ParameterScope) {
    projections = [("query", 0), ("value", 2)].map { name, place in
      Adapter(
        encoder, name, size: rank, activation: .none, bias: false, in: scope,
        column: place * encoder.hiddenSize, factor: Float(scale / Double(rank)))
    }
  }
}

/// factor · U a(D x): what is added to `hidden` columns of a matrix. U starts as zero.
private struct Adapter: Sendable {
  /// Of its scope: of what it adds to.
  let name: String
  let column: Int
  let factor: Float
  private let down: LinearParameters
  private let up: LinearParameters
  private let activation: Activation

  init(
    _ encoder: EncoderConfiguration, _ name: String, size: Int, activation: Activation, bias: Bool,
    in scope: ParameterScope, column: Int = 0, factor: Float = 1
  ) {
    let hidden = encoder.hiddenSize
    let scope = scope.scope(name)
    self.name = name
    down = scope.linear(
      "down", inputs: hidden, outputs: size, deviation: encoder.initializerDeviation, bias: bias)
    up = scope.linear("up", inputs: size, outputs: hidden, deviation: 0, bias: bias)
    self.activation = activation
    self.column = column
    self.factor = factor
  }

  /// [tokens, hidden] → [tokens, hidden], without the factor.
  func forward(_ input: Matrix, on tape: Tape) -> Matrix {
    tape.feedForward(input, down, activation: activation, up)
  }
}
