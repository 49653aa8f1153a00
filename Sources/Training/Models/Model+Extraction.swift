import Networks
import Tasks
import Tensors

extension Model {
  /// A plain model of one task: the parameters that its rows go through, an encoder of the usual shape under the usual names.
  /// What it predicts is what this model predicts for the task.
  ///
  /// - Parameter name: the task's.
  /// - Throws: `ModelError` when there is no such task, or the way in which tasks share the encoder leaves no plain encoder of
  ///   one task; else as `init`.
  public func extracted(task name: String) throws -> Model {
    let index = try task(named: name)
    guard let place = network.encoder.sharing.extraction(ofTask: index, from: parameters) else {
      throw ModelError(
        "the tasks share the encoder as \(sharing.spelling) says, which leaves no plain encoder of one task")
    }
    let model = try Model(
      configuration: configuration, tokenizer: tokenizer, tasks: [tasks[index]],
      device: parameters.device)
    for entry in model.parameters.layout.entries {
      let source = entry.name.hasPrefix("encoder.") ? place(entry.name) : entry.name
      guard let found = parameters.layout.entries.first(where: { $0.name == source }) else {
        throw ModelError("the model lacks \(source), which the model of one task needs")
      }
      model.parameters.floats(of: entry).update(from: parameters.floats(of: found))
    }
    model.parameters.pack()
    model.calibration[name] = calibration[name]
    return model
  }
}
