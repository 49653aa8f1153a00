import Networks
import Tasks
import Tensors

/// Takes training batches through the network and their losses back.
final class BatchPasses {
  /// What a batch holds of one task.
  struct Part {
    /// The mean loss over the task's examples, unweighted.
    let loss: Double
    fileprivate let outputs: MultiTaskNetwork.PartOutputs
    fileprivate let lossMatrix: Matrix
    /// What the task's loss is raised by for the way in which it shares the encoder.
    fileprivate let penalty: Matrix?

    var task: Int { outputs.part.task }
    var sequences: Int { outputs.part.sequences.count }
  }

  let tape: Tape
  /// One slot, or one a task.
  let gradients: GradientBuffers
  private let model: Model
  private let data: [Examples]
  private(set) var batch = PackedBatch()
  /// Of the batch that was taken forward last.
  private(set) var parts: [Part] = []

  init(_ model: Model, data: [Examples], gradients: GradientBuffers) {
    self.model = model
    self.data = data
    self.gradients = gradients
    tape = Tape(parameters: model.parameters, gradients: gradients)
  }

  /// - Parameters:
  ///   - index: of the batch in the plan.
  ///   - step: for the message.
  /// - Throws: `TrainingError.notFinite`.
  func forward(_ index: Int, of plan: BatchPlan, dropoutSeed: UInt64, step: Int) throws(TrainingError) {
    tape.timed("Batch") { batch.fill(index, of: plan, from: data) }
    tape.reset(training: true, dropoutSeed: dropoutSeed)
    let separates = tape.gradients.map { $0.slotCount > 1 } ?? false
    let outputs = model.network.forward(batch, slot: { separates ? $0 : 0 }, on: tape)
    parts = outputs.map { outputs in
      let loss = model.network.loss(of: outputs, on: tape)
      let task = outputs.part.task
      let penalty = model.network.encoder.sharing.penalty(
        ofTask: task, slot: separates ? task : 0, on: tape)
      return Part(loss: Double(loss.values.pointee), outputs: outputs, lossMatrix: loss, penalty: penalty)
    }
    for part in parts where !part.loss.isFinite {
      throw .notFinite(
        task: model.tasks[part.task].name, loss: part.loss, step: step,
        examples: places(of: part.outputs.part))
    }
  }

  /// Adds the gradients of the batch's losses, each times its weight, to the slots.
  func backward(weight: (Part) -> Double) {
    tape.backward(
      from: parts.flatMap { part in
        ([part.lossMatrix] + (part.penalty.map { [$0] } ?? [])).map { ($0, Float(weight(part))) }
      })
  }

  /// What the heads predict: class probabilities or a score for each sequence of a part.
  func predictions(of part: Part) -> [[Float]] { model.network.predictions(of: part.outputs) }

  /// Runs `body` with other gradient slots than its own.
  func with<Result>(_ other: GradientBuffers, _ body: () throws -> Result) rethrows -> Result {
    tape.gradients = other
    defer { tape.gradients = gradients }
    return try body()
  }

  /// Where the batch's examples were read.
  var places: [String] { batch.parts.flatMap { places(of: $0) } }

  private func places(of part: PackedBatch.Part) -> [String] {
    part.examples.map { data[part.task].place(of: Int($0)) }
  }
}
