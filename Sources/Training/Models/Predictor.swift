import Evaluation
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

  /// The predictions of one task for each example, in the order of the examples: class probabilities at the temperature
  /// of the task's calibration, those of one word after the other where words are labelled, or one score. Empty for the candidates of queries that are not evaluated.
  public func predictions(
    for examples: Examples, task: Int, queries: EvaluatedQueries = .all
  ) -> [[Float]] {
    predictions(for: examples, tasks: [task], queries: queries)[0]
  }

  /// The predictions of several tasks for each example: `result[i][example]` is what `tasks[i]` says. An encoder that is
  /// the same for all tasks runs once, whatever their number.
  public func predictions(
    for examples: Examples, tasks: [Int], queries: EvaluatedQueries = .all
  ) -> [[[Float]]] {
    var results = tasks.map { _ in [[Float]](repeating: [], count: examples.count) }
    guard let first = tasks.first else { return results }
    guard tasks.count == 1 || model.network.encoder.sharing.isOneForAllTasks else {
      return tasks.map { predictions(for: examples, task: $0, queries: queries) }
    }
    let plan = BatchPlan.evaluation(
      of: examples, task: first, tokens: Self.tokensPerBatch, order: .length, queries: queries)
    let temperatures = tasks.map { model.calibration.temperature(of: model.tasks[$0].name) }
    var data = [Examples](repeating: Examples(), count: model.tasks.count)
    data[first] = examples
    for index in 0..<plan.count {
      batch.fill(index, of: plan, from: data)
      if tasks.count > 1 { batch.share(among: tasks) }
      tape.reset(training: false)
      for (place, outputs) in model.network.forward(batch, on: tape).enumerated() {
        for (example, values) in zip(outputs.part.examples, model.network.predictions(of: outputs)) {
          results[place][Int(example)] = TemperatureScaling.scaled(values, by: temperatures[place])
        }
      }
    }
    return results
  }
}
