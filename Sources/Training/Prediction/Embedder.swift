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
  private let tape: Tape
  private var batch = PackedBatch()

  public init(_ model: Model) {
    self.model = model
    tape = Tape(parameters: model.parameters)
  }

  /// A vector [hidden] for each text, in the order given. They do not depend on which texts are given together.
  ///
  /// - Throws: `DataError` for a text of 2³¹ bytes or more.
  public func embeddings(for texts: [InputText], pooling: Pooling) throws(DataError) -> [[Float]] {
    let examples = try model.examples(of: texts)
    let plan = BatchPlan.evaluation(
      of: examples, task: 0, tokens: Predictor.tokensPerBatch, order: .length)
    var results = [[Float]](repeating: [], count: texts.count)
    for index in 0..<plan.count {
      batch.fill(index, of: plan, from: [examples])
      tape.reset(training: false)
      let parts = model.network.encoder.forward(batch, slot: { _ in 0 }, on: tape)
      for (part, encoded) in zip(batch.parts, parts) {
        for (sequence, example) in zip(part.sequences, part.examples) {
          results[Int(example)] = vector(of: sequence, in: encoded, pooling: pooling)
        }
      }
    }
    return results
  }

  private func vector(of sequence: Int, in encoded: EncodedPart, pooling: Pooling) -> [Float] {
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
