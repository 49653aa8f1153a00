import Foundation
import Networks
import Tasks
import Tensors

/// Takes training batches through the network and their losses back.
final class BatchPasses {
  /// What a batch holds of one task.
  struct Part {
    /// The mean loss over the task's examples, unweighted; of a task with a teacher, with the teacher's share.
    let loss: Double
    fileprivate let outputs: MultiTaskNetwork.PartOutputs
    /// What is descended, each with its factor: the parts of the loss, and what it is raised by.
    fileprivate var terms: [Term]

    var task: Int { outputs.part.task }
    var sequences: Int { outputs.part.sequences.count }
  }

  fileprivate struct Term {
    let matrix: Matrix
    var factor = 1.0
  }

  let tape: Tape
  /// One slot, or one a task.
  let gradients: GradientBuffers
  private let model: Model
  private let data: TrainingData
  private let options: TrainingOptions
  /// Nil where no task is smoothed.
  private let adversary: Adversary?
  /// Nil where no task is kept near to where it comes from.
  let proximal: ProximalTeacher?
  private(set) var batch = PackedBatch()
  /// Of the batch that was taken forward last.
  private(set) var parts: [Part] = []

  /// - Throws: `DeviceError` when memory is short.
  init(
    _ model: Model, data: TrainingData, options: TrainingOptions, gradients: GradientBuffers
  ) throws(DeviceError) {
    self.model = model
    self.data = data
    self.options = options
    self.gradients = gradients
    tape = Tape(parameters: model.parameters, gradients: gradients)
    let isSmoothed = model.tasks.contains { options.adversary.weights[$0.name] > 0 }
    adversary = isSmoothed ? Adversary(model, options: options.adversary) : nil
    proximal =
      options.proximal.isUsed(by: model.tasks) ? try ProximalTeacher(model, options: options.proximal) : nil
  }

  /// Bytes that are held for a step.
  var memoryBytes: Int { tape.memoryBytes + (adversary?.memoryBytes ?? 0) + (proximal?.memoryBytes ?? 0) }

  /// Passes whose outputs are held at once: of the step itself, of the adversary before and after its change and of the step
  /// under that change, of the average of earlier parameters and as a constant beside it.
  var keptPasses: Int { 1 + (adversary == nil ? 0 : 3) + (proximal == nil ? 0 : 2) }

  /// - Parameters:
  ///   - index: of the batch in the plan.
  ///   - maskingKey: decides which tokens are hidden.
  ///   - smooths: whether adversary and proximal teacher have their turn, as in passes that are learned from.
  ///   - step: for the message.
  /// - Throws: `TrainingError.notFinite`.
  func forward(
    _ index: Int, of plan: BatchPlan, dropoutSeed: UInt64, maskingKey: UInt64, smooths: Bool = true,
    step: Int
  ) throws(TrainingError) {
    tape.timed("Batch") { fill(index, of: plan, seed: dropoutSeed, maskingKey: maskingKey) }
    tape.reset(training: true, dropoutSeed: dropoutSeed)
    let separates = tape.gradients.map { $0.slotCount > 1 } ?? false
    let outputs = model.network.forward(batch, slot: { separates ? $0 : 0 }, on: tape)
    parts = outputs.map { outputs in
      let task = outputs.part.task
      let terms = lossTerms(of: outputs)
      let loss = terms.reduce(0) { $0 + $1.factor * Double($1.matrix.values[0]) }
      let penalty = model.network.encoder.sharing.penalty(
        ofTask: task, slot: separates ? task : 0, on: tape)
      return Part(loss: loss, outputs: outputs, terms: terms + (penalty.map { [Term(matrix: $0)] } ?? []))
    }
    for part in parts where !part.loss.isFinite {
      throw .notFinite(
        task: model.tasks[part.task].name, loss: part.loss, step: step,
        examples: places(of: part.outputs.part))
    }
    if smooths, let adversary, adversary.attacks(batch) {
      smooth(outputs, by: adversary, slot: { separates ? $0 : 0 }, dropoutSeed: dropoutSeed)
    }
    if smooths, let proximal { keepNear(outputs, to: proximal) }
  }

  private func fill(_ index: Int, of plan: BatchPlan, seed: UInt64, maskingKey: UInt64) {
    batch.fill(index, of: plan, from: data.train, maskingKey: maskingKey)
    guard options.wordDropout > 0 else { return }
    let vocabulary = model.tokenizer.vocabulary
    let kept = [vocabulary.paddingID, vocabulary.classificationID, vocabulary.separatorID]
    batch.dropWords(
      rate: options.wordDropout, replacement: vocabulary.unknownID,
      keeping: Set(kept + [vocabulary.maskID].compactMap { $0 }), seed: seed)
  }

  /// Takes the batch forward once more with changed embeddings, and raises the losses by how far outputs move.
  private func smooth(
    _ outputs: [MultiTaskNetwork.PartOutputs], by adversary: Adversary, slot: (Int) -> Int,
    dropoutSeed: UInt64
  ) {
    let change = adversary.perturbation(of: batch, from: outputs, dropoutSeed: dropoutSeed)
    tape.repeatDropout()
    let moved = model.network.forward(
      batch, slot: slot,
      perturbation: tape.perturbation(change, of: batch, columns: model.configuration.hiddenSize), on: tape)
    for index in parts.indices {
      let factor = adversary.weight(ofTask: parts[index].task)
      guard factor > 0 else { continue }
      let distance = model.network.divergence(of: outputs[index], from: moved[index].outputs, on: tape)
      parts[index].terms.append(Term(matrix: distance, factor: factor))
    }
  }

  /// Raises the losses by how far outputs are from those of the average of earlier parameters.
  private func keepNear(_ outputs: [MultiTaskNetwork.PartOutputs], to proximal: ProximalTeacher) {
    guard parts.contains(where: { proximal.weight(ofTask: $0.task) > 0 }) else { return }
    let before = proximal.outputs(of: batch)
    for index in parts.indices {
      let factor = proximal.weight(ofTask: parts[index].task)
      guard factor > 0 else { continue }
      let fixed = tape.constant(before[index].outputs, in: outputs[index].outputs.rowSpace)
      let distance = model.network.divergence(of: outputs[index], from: fixed, on: tape)
      parts[index].terms.append(Term(matrix: distance, factor: factor))
    }
  }

  /// The loss against the labels, and with a teacher what it says, mixed (Hinton, Vinyals & Dean 2015, section 2).
  private func lossTerms(of outputs: MultiTaskNetwork.PartOutputs) -> [Term] {
    let loss = model.network.loss(of: outputs, on: tape)
    guard let teacher = data.teachers[outputs.part.task], options.teacherWeight > 0 else {
      return [Term(matrix: loss)]
    }
    let distance = model.network.distillation(
      of: outputs, teacher: teacher.values(of: outputs.part.examples),
      temperature: Float(options.teacherTemperature), on: tape)
    return [
      Term(matrix: loss, factor: 1 - options.teacherWeight),
      Term(matrix: distance, factor: options.teacherWeight),
    ].filter { $0.factor > 0 }
  }

  /// Adds the gradients of the batch's losses, each times its weight, to the slots.
  func backward(weight: (Part) -> Double) {
    tape.backward(
      from: parts.flatMap { part in part.terms.map { ($0.matrix, Float($0.factor * weight(part))) } })
  }

  /// What the heads predict for each sequence of a part: class probabilities, a score, or the probabilities of hidden tokens.
  func predictions(of part: Part) -> [[Float]] {
    let predictions = model.network.predictions(of: part.outputs)
    guard model.tasks[part.task].type.target == .maskedTokens else { return predictions }
    return predictions.map { HiddenToken.list($0).map { exp($0.expectedLogProbability) } }
  }

  /// Runs `body` with other gradient slots than its own.
  func with<Result>(_ other: GradientBuffers, _ body: () throws -> Result) rethrows -> Result {
    tape.gradients = other
    defer { tape.gradients = gradients }
    return try body()
  }

  /// Where the batch's examples were read.
  var places: [String] { batch.parts.flatMap { places(of: $0) } }

  private func places(of part: PackedBatch.Part) -> [String] {
    part.examples.map { data.train[part.task].place(of: Int($0)) }
  }
}
