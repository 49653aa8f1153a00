import Tasks
import Tensors

/// A lexicon and Transformer layers, shared by all tasks, with BERT's pooler on top.
public struct Encoder: Sendable {
  public let configuration: EncoderConfiguration
  let lexicon: Lexicon
  let layers: [EncoderLayer]
  let pooler: LinearParameters

  public init(_ configuration: EncoderConfiguration, in scope: ParameterScope) {
    self.configuration = configuration
    lexicon = Lexicon(configuration, in: scope.scope("embeddings"))
    layers = (0..<configuration.layers).map {
      EncoderLayer(configuration, in: scope.scope("layer").scope("\($0)"))
    }
    pooler = scope.linear(
      "pooler", inputs: configuration.hiddenSize, outputs: configuration.hiddenSize,
      deviation: configuration.initializerDeviation)
  }

  /// Encodes a packed batch. On a training tape the memory of every layer is kept for backward.
  ///
  /// - Parameter slot: the gradient buffer of each task.
  public func forward(_ batch: PackedBatch, slot: (_ task: Int) -> Int, on tape: Tape) -> EncodedBatch {
    let tokenSpace = tape.rowSpace(merging: batch.parts.map { RowRange($0.rows, slot: slot($0.task)) })
    let sequenceSpace = tape.rowSpace(
      merging: batch.parts.map { RowRange($0.sequences, slot: slot($0.task)) })
    let starts = tape.indices(batch.sequenceStarts)
    var states = lexicon.forward(
      ids: tape.indices(batch.ids), positions: tape.positions(in: batch),
      segments: tape.indices(batch.segments), in: tokenSpace, on: tape)
    for layer in layers {
      states = tape.recyclingMemory(like: states) { layer.forward(states, starts: starts, on: tape) }
    }
    let first = tape.gather(
      states, rows: tape.indices(batch.sequenceStarts.dropLast()), in: sequenceSpace)
    return EncodedBatch(states: states, pooled: tape.linear(first, pooler, activation: .tanh))
  }
}

/// What the encoder makes of a batch.
public struct EncodedBatch {
  /// The last layer's state of each token, [tokens, hidden].
  public let states: Matrix
  /// The pooled state of each sequence's first token, [sequences, hidden].
  public let pooled: Matrix
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

  /// A row space in which neighbouring ranges of one slot are one range.
  fileprivate func rowSpace(merging ranges: [RowRange]) -> RowSpace {
    var merged: [RowRange] = []
    for range in ranges {
      if let last = merged.last, last.slot == range.slot, last.last == range.first {
        merged[merged.count - 1] = RowRange(last.first..<range.last, slot: range.slot)
      } else {
        merged.append(range)
      }
    }
    return rowSpace(merged)
  }
}
