import Networks
import Tasks
import Tensors

/// Runs a model over examples, without training it.
public final class Predictor {
  public let model: Model
  private let tape: Tape
  private var batch = PackedBatch()
  /// The most tokens of a batch: enough to fill the kernels, few enough to stay near the cache.
  static let tokensPerBatch = 2048

  public init(_ model: Model) {
    self.model = model
    tape = Tape(parameters: model.parameters)
  }

  /// The predictions of one task for each example, in the order of the examples: class probabilities, or one score. Empty
  /// for the candidates of queries that are not evaluated.
  public func predictions(
    for examples: Examples, task: Int, queries: EvaluatedQueries = .all
  ) -> [[Float]] {
    let plan = BatchPlan.evaluation(
      of: examples, task: task, tokens: Self.tokensPerBatch, order: .length, queries: queries)
    var data = [Examples](repeating: Examples(), count: model.tasks.count)
    data[task] = examples
    var results = [[Float]](repeating: [], count: examples.count)
    for index in 0..<plan.count {
      batch.fill(index, of: plan, from: data)
      tape.reset(training: false)
      for outputs in model.network.forward(batch, on: tape) {
        let values = model.network.predictions(of: outputs)
        let width = values.count / max(outputs.part.examples.count, 1)
        for (position, example) in outputs.part.examples.enumerated() {
          results[Int(example)] = Array(values[position * width..<(position + 1) * width])
        }
      }
    }
    return results
  }
}
