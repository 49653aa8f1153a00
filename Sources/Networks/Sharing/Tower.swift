import Tensors

/// Layers of an encoder and the pooler on top of them.
public struct Tower: Sendable {
  public let layers: [EncoderLayer]
  public let pooler: Pooler
  /// Where its parameters are, as a plain encoder names them and as they are named here.
  let extraction: @Sendable (String) -> String

  /// - Parameters:
  ///   - indices: the layers of the encoder that it is made of.
  ///   - poolerScope: where the pooler is, if not with the layers.
  public init(
    _ configuration: EncoderConfiguration, layers indices: Range<Int>, in scope: ParameterScope,
    pooler poolerScope: ParameterScope? = nil
  ) {
    layers = indices.map { EncoderLayer(configuration, in: scope.layer($0)) }
    pooler = Pooler(configuration, in: poolerScope ?? scope)
    let prefix = scope.path
    extraction = { name in
      let isAbove = indices.contains { name.hasPrefix("encoder.layer.\($0).") }
      return isAbove || name.hasPrefix("encoder.pooler.") ? prefix + name.dropFirst("encoder.".count) : name
    }
  }

  public func forward(_ input: Matrix, _ rows: PackedRows, on tape: Tape) -> EncodedPart {
    let states = tape.forward(input, through: layers, rows)
    return EncodedPart(states: states, pooled: pooler.forward(states, rows, on: tape), rows: rows)
  }
}

/// BERT's pooler: a dense layer with tanh on the state of each sequence's first token.
public struct Pooler: Sendable {
  let linear: LinearParameters

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
