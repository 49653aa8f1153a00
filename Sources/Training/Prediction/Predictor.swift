import Evaluation
import Networks
import Tasks
import Tensors

/// Runs a model over examples, without training it.
public final class Predictor {
  public let model: Model
  private let runner: BatchRunner

  public init(_ model: Model) {
    self.model = model
    runner = BatchRunner(model.parameters)
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
      of: examples, task: first, tokens: BatchRunner.tokensPerBatch, order: .length, queries: queries)
    let temperatures = tasks.map { model.calibration.temperature(of: model.tasks[$0].name) }
    var data = [Examples](repeating: Examples(), count: model.tasks.count)
    data[first] = examples
    let network = model.network
    let batches = runner.results(of: plan, from: data, among: tasks.count > 1 ? tasks : []) { batch, tape in
      network.forward(batch, on: tape).map { ($0.part.examples, network.predictions(of: $0)) }
    }
    for batch in batches {
      for (place, (numbers, predictions)) in batch.enumerated() {
        for (example, values) in zip(numbers, predictions) {
          results[place][Int(example)] = TemperatureScaling.scaled(values, by: temperatures[place])
        }
      }
    }
    return results
  }
}
