import Networks
import Tasks
import Tensors

/// How a run is kept near to where it comes from: that outputs are like those of the average of earlier parameters is descended
/// beside the loss (Jiang et al. 2020, SMART, section 3.2: Bregman proximal point optimisation with momentum).
public struct ProximalOptions: Sendable {
  /// μ of each task; 0 for none.
  public var weights = TaskFactors.all(0)
  /// β: what the average keeps of itself in a step.
  public var momentum = 0.99

  public init() {}

  /// - Throws: `TrainingError.unknownTask` and `notKeptNear`.
  func check(in tasks: [TaskDefinition]) throws(TrainingError) {
    try weights.check(in: tasks.map(\.name))
    for task in tasks where weights[task.name] > 0 && !task.type.target.canBeSmoothed {
      throw .notKeptNear(task: task.name, type: task.type.name)
    }
  }

  func isUsed(by tasks: [TaskDefinition]) -> Bool { tasks.contains { weights[$0.name] > 0 } }
}

/// The average of the parameters of all steps so far, θ̃ ← β θ̃ + (1 − β) θ (Jiang et al. 2020, eq. 10), and what it says of a
/// batch.
final class ProximalTeacher {
  /// The averages.
  let parameters: ParameterStore
  private let tape: Tape
  private let model: Model
  private let weights: [Double]
  private let momentum: Float

  /// - Throws: `DeviceError` when memory is short.
  init(_ model: Model, options: ProximalOptions) throws(DeviceError) {
    self.model = model
    weights = model.tasks.map { options.weights[$0.name] }
    momentum = Float(options.momentum)
    parameters = try ParameterStore(layout: model.parameters.layout, device: model.parameters.device)
    tape = Tape(parameters: parameters)
    parameters.average(with: model.parameters, kept: 0)
  }

  var memoryBytes: Int { tape.memoryBytes }

  /// μ of a task.
  func weight(ofTask task: Int) -> Double { weights[task] }

  /// What the average says of a batch, without dropout; valid until the next.
  func outputs(of batch: PackedBatch) -> [MultiTaskNetwork.PartOutputs] {
    tape.reset(training: false)
    return model.network.forward(batch, on: tape)
  }

  /// Takes the parameters of a step into the average.
  func follow() { parameters.average(with: model.parameters, kept: momentum) }
}
