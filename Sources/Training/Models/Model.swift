import Networks
import Tasks
import Tensors
import Tokenization
import Wording

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
  public convenience init(
    configuration: EncoderConfiguration, tokenizer: Tokenizer, tasks: [TaskDefinition],
    sharing: SharingDefinition = .hard, device: Device
  ) throws {
    let (network, layout) = try Self.network(
      configuration, tokenizer: tokenizer, tasks: tasks, sharing: sharing)
    try self.init(network, layout, tokenizer: tokenizer, device: device)
  }

  /// - Parameter isLent: that the parameters are going to be borrowed.
  /// - Throws: `DeviceError` when memory is short.
  init(
    _ network: MultiTaskNetwork, _ layout: ParameterLayout, tokenizer: Tokenizer, device: Device,
    isLent: Bool = false
  ) throws {
    self.tokenizer = tokenizer
    self.network = network
    parameters = try ParameterStore(layout: layout, device: device, isLent: isLent)
  }

  /// A model's network and what its parameters are, before there is memory for them.
  ///
  /// - Throws: as `init`.
  package static func network(
    _ configuration: EncoderConfiguration, tokenizer: Tokenizer, tasks: [TaskDefinition],
    sharing: SharingDefinition, machine: Int? = MachineMemory.bytes
  ) throws -> (MultiTaskNetwork, ParameterLayout) {
    if let problem = configuration.problem { throw ModelError(problem) }
    guard tokenizer.vocabulary.count <= configuration.vocabularySize else {
      throw ModelError(
        "the vocabulary has \(tokenizer.vocabulary.count) tokens, the encoder's embeddings \(configuration.vocabularySize)"
      )
    }
    // Values, and linear weights once more in the order of products.
    let least = 8 * configuration.leastParameters
    if let machine, least > Double(machine) {
      throw ModelError(
        "the parameters of this encoder alone need \(shownBytes(Int(min(least, 1e18)))) of memory, and there are "
          + shownBytes(machine))
    }
    let scope = ParameterScope()
    let network = try MultiTaskNetwork(configuration, tasks: tasks, sharing: sharing, in: scope)
    let bytes = 8 * scope.layout.count
    if let machine, bytes > machine {
      let most = tasks.max { $0.labels.count < $1.labels.count }
      throw ModelError(
        "the parameters of this model need \(shownBytes(bytes)) of memory, and there are \(shownBytes(machine)): take a "
          + "smaller encoder"
          + (most.map { ", or fewer labels: '\($0.name)' has \(grouped($0.labels.count))" } ?? ""))
    }
    return (network, scope.layout)
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
