import Balancing
import Networks

/// The memory that a training run takes, computed before it is taken.
public struct MemoryPlan: Sendable, Equatable, CustomStringConvertible {
  public struct Part: Sendable, Equatable {
    public let name: String
    public let bytes: Int
  }

  public let parts: [Part]

  public var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }

  /// - Parameters:
  ///   - parameters: floats in a buffer of the model's layout.
  ///   - tasks: how many there are.
  ///   - isProximal: whether an average of earlier parameters is kept.
  package init(parameters: Int, tasks: Int, options: TrainingOptions, isProximal: Bool = false) {
    let buffer = 4 * parameters
    let separates = options.separatesTasks
    var parts = [
      // Linear weights are there a second time, in the order in which products read them.
      Part(name: "parameters", bytes: 2 * buffer),
      Part(name: "moments", bytes: 2 * buffer * (options.optimizer.method.separatesTasks ? tasks : 1)),
      Part(name: "gradients", bytes: buffer * (separates ? tasks : 1)),
    ]
    if isProximal { parts.append(Part(name: "the average of earlier parameters", bytes: 2 * buffer)) }
    if options.averagesGradients { parts.append(Part(name: "averages", bytes: buffer * tasks)) }
    if options.affinityInterval > 0 || options.gradientLogInterval > 0 && tasks > 1 && !separates {
      parts.append(Part(name: "gradients for the log", bytes: buffer * tasks))
    }
    self.parts = parts
  }

  /// `296 MB, of which the largest step 120 MB`
  public var description: String {
    shownBytes(bytes) + (parts.last.map { ", of which \($0.name) \(shownBytes($0.bytes))" } ?? "")
  }

  private init(parts: [Part]) { self.parts = parts }

  /// The same with what a step takes beside.
  func adding(step bytes: Int) -> MemoryPlan {
    MemoryPlan(parts: parts + [Part(name: "the largest step", bytes: bytes)])
  }

  /// - Throws: `TrainingError.batch` for more tokens than places in a batch are counted by, 32-bit numbers.
  package static func check(batchTokens tokens: Int) throws(TrainingError) {
    if tokens > Int32.max { throw .batch(tokens: tokens) }
  }

  /// - Throws: `TrainingError.memory` for a plan that this machine can't hold.
  package func check(machine: Int? = MachineMemory.bytes) throws(TrainingError) {
    if let machine, bytes > machine { throw .memory(self, machine: machine) }
  }
}

extension TrainingOptions {
  /// Refuses a run whose parameters, moments and gradients are more than this machine's memory, before any of it is taken.
  ///
  /// - Throws: `TrainingError.memory`.
  public func checkMemory(for encoder: EncoderConfiguration, tasks: Int) throws(TrainingError) {
    try MemoryPlan(
      parameters: Int(min(encoder.leastParameters, 1e15)), tasks: tasks, options: self
    ).check()
  }

  /// Whether each task has a gradient of its own.
  var separatesTasks: Bool {
    aggregation != Self.sum || optimizer.method.separatesTasks
      || MethodChoice(weighting).flatMap { TaskWeightingKind.named($0.name) }?.needs.contains(.gradientNorms)
        == true
  }

  /// Whether running averages of the tasks' gradients are kept.
  fileprivate var averagesGradients: Bool {
    guard let choice = MethodChoice(aggregation), let kind = GradientAggregationKind.named(choice.name) else {
      return false
    }
    if case .averaged = kind.init(taskCount: 1).gradients { return true }
    return false
  }
}

extension Model {
  /// What a step with so many tokens takes at least, in bytes: of each token and layer the query, the key, the value, what
  /// attention makes of them and the inner values of the feed-forward block, all of which backward reads.
  package func leastStepBytes(tokens: Int) -> Double {
    // Tasks may leave a hierarchy after its first layer; every other way of sharing takes all tokens through all layers.
    let layers = sharing.type == HierarchySharing.name ? 1 : configuration.layers
    let floats = 4 * Double(configuration.hiddenSize) + Double(configuration.feedForwardSize)
    return 4 * Double(tokens) * Double(layers) * floats
  }
}

extension EncoderConfiguration {
  /// The elements of its matrices: a floating-point number, as those of a shape from a file may be beyond any integer.
  var leastParameters: Double {
    let (hidden, inner) = (Double(hiddenSize), Double(feedForwardSize))
    let tables = Double(vocabularySize) + Double(maximumLength) + Double(segments)
    return tables * hidden + Double(layers) * (4 * hidden * hidden + 2 * hidden * inner)
  }
}
