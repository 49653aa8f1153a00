import Tensors

/// Layers of an encoder and the pooler on top of them.
public struct Tower: Sendable {
  public let layers: [EncoderLayer]
  public let pooler: Pooler
  private let indices: Range<Int>
  private let path: String

  /// - Parameters:
  ///   - indices: the layers of the encoder that it is made of.
  ///   - poolerScope: where the pooler is, if not with the layers.
  public init(
    _ configuration: EncoderConfiguration, layers indices: Range<Int>, in scope: ParameterScope,
    pooler poolerScope: ParameterScope? = nil
  ) {
    layers = indices.map { EncoderLayer(configuration, in: scope.layer($0)) }
    pooler = Pooler(configuration, in: poolerScope ?? scope)
    self.indices = indices
    path = scope.path
  }

  /// The name of the parameter that takes the place of a plain encoder's, where the pooler is with the layers.
  func place(of name: String) -> String {
    let isAbove = indices.contains { name.hasPrefix("encoder.layer.\($0).") }
    return isAbove || name.hasPrefix("encoder.pooler.") ? path + name.dropFirst("encoder.".count) : name
  }

  public func forward(_ input: Matrix, _ rows: PackedRows, on tape: Tape) -> EncodedPart {
    pooler.part(tape.forward(input, through: layers, rows), rows, on: tape)
  }
}

/// BERT's pooler: a dense layer with tanh on the state of each sequence's first token.
public struct Pooler: Sendable {
  private let linear: LinearParameters

  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    linear = scope.linear(
      "pooler", inputs: configuration.hiddenSize, outputs: configuration.hiddenSize,
      deviation: configuration.initializerDeviation)
  }

  /// [tokens, hidden] → [sequences, hidden]
  public func forward(_ states: Matrix, _ rows: PackedRows, on tape: Tape) -> Matrix {
    let first = tape.gather(states, rows: rows.starts.withoutLast, in: rows.sequenceSpace)
    return tape.linear(first, linear, activation: .tanh)
  }

  /// States and what it makes of them.
  public func part(_ states: Matrix, _ rows: PackedRows, on tape: Tape) -> EncodedPart {
    EncodedPart(states: states, pooled: forward(states, rows, on: tape), rows: rows)
  }
}

extension Tape {
  /// [tokens, hidden] → [tokens, hidden] through one layer after the other.
  public func forward(_ input: Matrix, through layers: [EncoderLayer], _ rows: PackedRows) -> Matrix {
    var states = input
    for layer in layers {
      states = recyclingMemory(like: states) { layer.forward(states, starts: rows.starts, on: self) }
    }
    return states
  }
}
