import Networks
import Tasks
import Tensors
import Tokenization

/// An encoder with its tokenizer, the tasks on top of it, and the values of all parameters.
public final class Model {
  public let tokenizer: Tokenizer
  public let network: MultiTaskNetwork
  public let parameters: ParameterStore
  /// How sure each task's class probabilities are made to be.
  public var calibration = Calibration()

  public var configuration: EncoderConfiguration { network.encoder.configuration }
  public var tasks: [TaskDefinition] { network.tasks }
  /// How the tasks share the encoder.
  public var sharing: SharingDefinition { network.sharing }

  /// A model whose parameters are all zero: initialise or load them.
  ///
  /// - Throws: `ModelError` for a configuration that can't be built, `TaskFileError` for a head or a way of sharing that can't, `DeviceError`
  ///   when memory is short.
  public init(
    configuration: EncoderConfiguration, tokenizer: Tokenizer, tasks: [TaskDefinition],
    sharing: SharingDefinition = .hard, device: Device
  ) throws {
    if let problem = configuration.problem { throw ModelError(problem) }
    guard tokenizer.vocabulary.count <= configuration.vocabularySize else {
      throw ModelError(
        "the vocabulary has \(tokenizer.vocabulary.count) tokens, the encoder's embeddings \(configuration.vocabularySize)"
      )
    }
    // Values, and linear weights once more in the order of products.
    let least = 8 * configuration.leastParameters
    if let machine = MachineMemory.bytes, least > Double(machine) {
      throw ModelError(
        "the parameters of this encoder alone need \(shownBytes(Int(min(least, 1e18)))) of memory, and there are "
          + shownBytes(machine))
    }
    let scope = ParameterScope()
    self.tokenizer = tokenizer
    network = try MultiTaskNetwork(configuration, tasks: tasks, sharing: sharing, in: scope)
    parameters = try ParameterStore(layout: scope.layout, device: device)
  }

  /// The number of a task by its name.
  ///
  /// - Throws: `ModelError` that lists the tasks there are.
  public func task(named name: String) throws(ModelError) -> Int {
    guard let index = tasks.firstIndex(where: { $0.name == name }) else {
      let names = tasks.map { "'\($0.name)'" }.joined(separator: ", ")
      throw ModelError(
        tasks.isEmpty ? "this is an encoder without tasks" : "there is no task '\(name)'; there are \(names)")
    }
    return index
  }
}
