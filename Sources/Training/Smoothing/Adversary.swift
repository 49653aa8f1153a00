import Networks
import Randomness
import Tasks
import Tensors

/// How a run is smoothed by an adversary: embeddings are moved a little to where outputs change most, and that change is
/// descended beside the loss (Jiang et al. 2020, SMART, section 3.1).
public struct AdversaryOptions: Sendable {
  /// λ_s of each task; 0 for none.
  public var weights = TaskFactors.all(0)
  /// Steps of ascent, K.
  public var steps = 1
  /// How far a step goes, η: the largest change of an element of a token's embedding.
  public var rate = 1e-3
  /// The most that an element may be changed by in all, ε.
  public var radius = 1e-2
  /// Standard deviation of the change that the ascent starts from, σ.
  public var noise = 1e-5

  public init() {}

  /// - Throws: `TrainingError.unknownTask` and `notSmoothed`.
  func check(in tasks: [TaskDefinition]) throws(TrainingError) {
    try weights.check(in: tasks.map(\.name))
    for task in tasks where weights[task.name] > 0 && !task.type.target.canBeSmoothed {
      throw .notSmoothed(task: task.name, type: task.type.name)
    }
  }
}

/// Looks for the small change of a batch's embeddings under which the outputs move most.
final class Adversary {
  /// Without gradient buffers: backward passes on it compute the gradient of the embeddings and no sums for parameters.
  private let tape: Tape
  private let model: Model
  private let options: AdversaryOptions
  private let weights: [Double]

  init(_ model: Model, options: AdversaryOptions) {
    self.model = model
    self.options = options
    weights = model.tasks.map { options.weights[$0.name] }
    tape = Tape(parameters: model.parameters)
  }

  var memoryBytes: Int { tape.memoryBytes }

  /// λ_s of a task.
  func weight(ofTask task: Int) -> Double { weights[task] }

  func attacks(_ batch: PackedBatch) -> Bool { batch.parts.contains { weights[$0.task] > 0 } }

  /// K steps of projected gradient ascent from a little noise (Jiang et al. 2020, algorithm 1): δ ← Π(δ + η g / ‖g‖∞), with g
  /// the gradient of the change of the outputs, the norm that of each token, and Π the projection on ‖δ‖∞ ≤ ε.
  ///
  /// - Parameters:
  ///   - outputs: of the batch as it is, under the dropout masks that `dropoutSeed` decides. The same masks apply here, so
  ///     that outputs change by what is done to embeddings alone.
  /// - Returns: what is added to the sum of the embeddings, [tokens, hidden].
  func perturbation(
    of batch: PackedBatch, from outputs: [MultiTaskNetwork.PartOutputs], dropoutSeed: UInt64
  ) -> [Float] {
    let columns = model.configuration.hiddenSize
    var generator = SplitMix64(seed: dropoutSeed, stream: 0xad7e_25a2)
    var values = (0..<batch.rowCount * columns).map { _ in
      generator.nextTruncatedNormal() * Float(options.noise)
    }
    for _ in 0..<options.steps {
      tape.reset(training: true, dropoutSeed: dropoutSeed)
      let change = tape.perturbation(values, of: batch, columns: columns)
      let moved = model.network.forward(batch, perturbation: change, on: tape)
      let distances = zip(outputs, moved).filter { weights[$0.0.part.task] > 0 }.map { before, after in
        let fixed = tape.constant(before.outputs, in: after.outputs.rowSpace)
        return model.network.divergence(of: after, from: fixed, on: tape)
      }
      tape.backward(from: distances.map { ($0, 1) })
      ascend(&values, along: tape.gradient(of: change), columns: columns)
    }
    return values
  }

  private func ascend(_ values: inout [Float], along gradient: Numbers, columns: Int) {
    let (rate, radius) = (Float(options.rate), Float(options.radius))
    for place in stride(from: 0, to: values.count, by: columns) {
      var largest: Float = 0
      for index in place..<place + columns { largest = max(largest, gradient[index].magnitude) }
      // Where nothing depends on a token, or numbers are not finite, there is no direction.
      guard largest > 0, largest.isFinite else { continue }
      for index in place..<place + columns {
        values[index] = min(max(values[index] + rate * gradient[index] / largest, -radius), radius)
      }
    }
  }
}

extension Tape {
  /// What is to be added to the embeddings of a batch's tokens.
  func perturbation(_ values: [Float], of batch: PackedBatch, columns: Int) -> Matrix {
    let rows = batch.rowCount
    return leaf(values, rows: rows, columns: columns, in: rowSpace([RowRange(0..<rows, slot: 0)]))
  }
}
