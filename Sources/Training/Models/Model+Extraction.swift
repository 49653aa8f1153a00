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
    let encoder: PlainEncoder
    do { encoder = try network.encoder.sharing.plainEncoder(ofTask: index, from: parameters) } catch {
      throw ModelError("there is no plain encoder of the task '\(name)' to cut out: \(error.reason)")
    }
    var configuration = configuration
    configuration.layers = encoder.layers
    let model = try Model(
      configuration: configuration, tokenizer: tokenizer, tasks: [tasks[index]],
      device: parameters.device)
    for entry in model.parameters.layout.entries {
      let source = entry.name.hasPrefix("encoder.") ? encoder.source(of: entry.name) : entry.name
      let target = model.parameters.floats(of: entry)
      target.update(from: try values(source))
      for update in encoder.updates where update.weight == entry.name {
        let (up, down) = (try values(update.up), try values(update.down))
        add(up, down, factor: Double(update.factor), to: target, columns: entry.shape[1])
      }
    }
    model.parameters.pack()
    model.calibration[name] = calibration[name]
    return model
  }

  private func values(_ parameter: String) throws(ModelError) -> Numbers {
    guard let entry = parameters.layout.entries.first(where: { $0.name == parameter }) else {
      throw ModelError("the model lacks \(parameter), which the model of one task needs")
    }
    return parameters.floats(of: entry)
  }

  /// target += factor · up · down
  private func add(
    _ up: Numbers, _ down: Numbers, factor: Double,
    to target: Numbers, columns: Int
  ) {
    let rank = down.count / columns
    for index in target.indices {
      var sum = 0.0
      for inner in 0..<rank {
        sum += Double(up[index / columns * rank + inner]) * Double(down[inner * columns + index % columns])
      }
      target[index] = Float(Double(target[index]) + factor * sum)
    }
  }
}
