import Networks
import Tasks
import Tensors

/// Turns texts into vectors with the encoder alone.
public final class Embedder {
  /// How the states of a text's tokens become one vector.
  public enum Pooling: String, Sendable, CaseIterable {
    /// The state of `[CLS]`.
    case cls
    /// The mean of all states, those of the special tokens included.
    case mean
    /// BERT's pooler: a dense layer with tanh on the state of `[CLS]`.
    case pooler
  }

  public let model: Model
  private let runner: BatchRunner

  public init(_ model: Model) {
    self.model = model
    runner = BatchRunner(model.parameters)
  }

  /// A vector [hidden] for each text, in the order given. They do not depend on which texts are given together.
  ///
  /// - Throws: `DataError` for a text of 2³¹ bytes or more.
  public func embeddings(for texts: [InputText], pooling: Pooling) throws(DataError) -> [[Float]] {
    let examples = try model.examples(of: texts)
    let plan = BatchPlan.evaluation(
      of: examples, task: 0, tokens: BatchRunner.tokensPerBatch, order: .length)
    var results = [[Float]](repeating: [], count: texts.count)
    let encoder = model.network.encoder
    let batches = runner.results(of: plan, from: [examples]) { batch, tape in
      zip(batch.parts, encoder.forward(batch, slot: { _ in 0 }, on: tape)).map { part, encoded in
        (part.examples, part.sequences.map { Self.vector(of: $0, of: batch, in: encoded, pooling: pooling) })
      }
    }
    for (numbers, vectors) in batches.joined() {
      for (example, vector) in zip(numbers, vectors) { results[Int(example)] = vector }
    }
    return results
  }

  private static func vector(
    of sequence: Int, of batch: PackedBatch, in encoded: EncodedPart, pooling: Pooling
  ) -> [Float] {
    let rows = Int(batch.sequenceStarts[sequence])..<Int(batch.sequenceStarts[sequence + 1])
    switch pooling {
    case .cls: return Array(encoded.states.row(rows.lowerBound))
    case .pooler: return Array(encoded.pooled.row(sequence))
    case .mean:
      var sum = [Float](repeating: 0, count: encoded.states.columns)
      for token in rows {
        let state = encoded.states.row(token)
        for column in sum.indices { sum[column] += state[column] }
      }
      return sum.map { $0 / Float(rows.count) }
    }
  }
}
