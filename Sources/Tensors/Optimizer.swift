import Kernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Adam's family: two moments a parameter, in buffers of the parameters' layout; with AdaTask two a parameter and task.
public final class Optimizer {
  public enum Method: String, Sendable, CaseIterable {
    /// Loshchilov & Hutter 2019, algorithm 2.
    case adamw
    /// Kingma & Ba 2015, algorithm 2, with decoupled weight decay.
    case adamax
    /// AdamW with moments for each task, whose steps are added up, so that a task with large gradients does not decide how
    /// far the others go (Yang et al. 2023, AdaTask, section 4).
    case adatask

    /// Whether it must be given each task's gradient.
    public var separatesTasks: Bool { self == .adatask }

    var code: braid_adam_method {
      switch self {
      case .adamw, .adatask: BRAID_ADAMW
      case .adamax: BRAID_ADAMAX
      }
    }
  }

  public struct Settings: Sendable {
    public var method = Method.adamw
    public var beta1: Float = 0.9
    public var beta2: Float = 0.999
    public var epsilon: Float = 1e-8
    /// Not applied to biases and LayerNorm.
    public var weightDecay: Float = 0.01
    /// The gradient is scaled down to this Euclidean norm over all parameters when it is longer; 0 for never.
    public var clipNorm: Double = 1

    public init() {}
  }

  /// Neighbouring parameters that are treated alike.
  private struct Stretch {
    let first: Int
    var count: Int
    let group: String
    let decays: Bool
    /// The number of the embedding table that it is, if it is one.
    let table: Int?
    /// Steps that it has taken, by the moments: parameters without a gradient in a step stay as they are, and so does their
    /// count.
    var steps: [Int]

    /// Of its values, in the layout.
    var places: Range<Int> { first..<first + count }
  }

  public let settings: Settings
  private let parameters: ParameterStore
  /// One pair, or one a task.
  private let moments: [(first: Memory, second: Memory)]
  /// Not where tasks have moments of their own: the order of their steps would depend on when rows are read.
  private let rowsBehind: RowsBehind?
  private let stepBehind: StepBehind
  private var stretches: [Stretch] = []

  /// - Parameters:
  ///   - tasks: for methods that keep tasks apart, their number.
  ///   - group: names the group of a parameter, by the parameter's name; groups take steps and learning-rate factors of their
  ///     own.
  public init(
    _ settings: Settings, parameters: ParameterStore, tasks: Int = 1, group: (String) -> String
  ) throws(DeviceError) {
    self.settings = settings
    self.parameters = parameters
    let layout = parameters.layout
    var moments: [(first: Memory, second: Memory)] = []
    for _ in 0..<(settings.method.separatesTasks ? tasks : 1) {
      moments.append((try Memory(count: layout.count), try Memory(count: layout.count)))
    }
    self.moments = moments
    rowsBehind =
      settings.method.separatesTasks
      ? nil
      : RowsBehind(
        layout.tables, method: settings.method.code, device: parameters.device,
        parameters: parameters.memory, firstMoment: moments[0].first, secondMoment: moments[0].second)
    var stretches: [Stretch] = []
    for (index, entry) in layout.entries.enumerated() where parameters.isTrainable[index] {
      let name = group(entry.name)
      let table = rowsBehind == nil ? nil : layout.tables.firstIndex { $0.entry == index }
      if table == nil, let last = stretches.last, last.table == nil, last.group == name,
        last.decays == entry.decays, last.first + last.count == entry.offset
      {
        stretches[stretches.count - 1].count += entry.count
      } else {
        stretches.append(
          Stretch(
            first: entry.offset, count: entry.count, group: name, decays: entry.decays, table: table,
            steps: Array(repeating: 0, count: moments.count)))
      }
    }
    self.stretches = stretches
    stepBehind = try StepBehind(
      stretches.map { $0.table == nil ? $0.places : $0.first..<$0.first }, of: parameters, moments: moments,
      method: settings.method.code)
    parameters.rowsBehind = rowsBehind
    parameters.stepBehind = stepBehind
  }

  /// Nobody could bring parameters up to date after this.
  deinit {
    finish()
    rowsBehind?.catchUp()
  }

  /// Takes what is left of the last step, which otherwise goes on beside the next forward pass.
  package func finish() { stepBehind.finish() }

  /// First and second moments, in turn: one pair, or one a task.
  package var allMoments: [Memory] {
    finish()
    rowsBehind?.catchUp()
    return moments.flatMap { [$0.first, $0.second] }
  }

  /// Steps taken by each stretch of parameters: with the moments, all that a resumed run needs.
  package var stepCounts: [Int] {
    get { stretches.flatMap(\.steps) }
    set {
      let width = moments.count
      for index in stretches.indices {
        stretches[index].steps = Array(newValue[index * width..<(index + 1) * width])
      }
    }
  }

  /// Moves the parameters along the first gradient slot, sets the slot to zero, and packs anew the weights that have moved:
  /// for the most part beside the forward pass that follows, or when somebody asks for one of them.
  ///
  /// - Parameters:
  ///   - scale: a factor of the gradient before clipping: one over the number of batches that were added up.
  ///   - rate: the learning rate of a group, or nil for a group without a gradient in this step, which is left alone.
  /// - Returns: the Euclidean norm of the scaled gradient before clipping. When it is not finite nothing is moved.
  @discardableResult
  public func step(
    _ gradients: GradientBuffers, scale: Double = 1, rate: (_ group: String) -> Double?
  ) -> Double {
    finish()
    let square = gradients.innerProducts(ofFirst: 1, on: parameters.device)[0]
    let norm = scale * square.squareRoot()
    guard norm.isFinite else { return norm }
    let scale = scale * clipping(norm)
    for index in stretches.indices {
      guard let rate = rate(stretches[index].group) else { continue }
      let step = nextStep(of: index, moments: 0, scale: scale, rate: rate)
      if let table = stretches[index].table {
        rowsBehind?.take(
          step, table: table, gradient: gradients.slots[0], rows: gradients.touchedRows(ofTable: table))
      } else {
        stepBehind.take(step, stretch: index, moments: 0)
      }
    }
    postponeStep(gradients)
    gradients.forgetTouchedRows(slot: 0)
    return norm
  }

  /// One task's part in a step of a method that keeps tasks apart.
  public struct TaskStep: Sendable {
    /// Of its gradient and its moments.
    public let slot: Int
    /// A factor of its gradient before clipping.
    public let scale: Double
    /// A factor of the learning rate: it counts after the moments, which undo a factor of the gradient.
    public let rateFactor: Double

    public init(slot: Int, scale: Double, rateFactor: Double = 1) {
      self.slot = slot
      self.scale = scale
      self.rateFactor = rateFactor
    }
  }

  /// Moves the parameters along each task's gradient, with the task's own moments, and sets all slots to zero. The moments
  /// of tasks that have no part in the step stay as they are; weight decay is taken once.
  ///
  /// - Parameter rate: the learning rate of a group for a task, or nil where the task has no gradient.
  /// - Returns: the Euclidean norm of the sum of the scaled gradients before clipping. When it is not finite nothing is
  ///   moved.
  @discardableResult
  public func step(
    _ gradients: GradientBuffers, tasks: [TaskStep], rate: (_ group: String, _ task: Int) -> Double?
  ) -> Double {
    precondition(settings.method.separatesTasks && gradients.slotCount == moments.count)
    finish()
    gradients.gatherTouchedRows()
    let norm = norm(of: tasks, gradients)
    guard norm.isFinite else { return norm }
    let clipping = clipping(norm)
    for index in stretches.indices {
      var hasDecayed = false
      for task in tasks {
        guard let rate = rate(stretches[index].group, task.slot) else { continue }
        let step = nextStep(
          of: index, moments: task.slot, scale: task.scale * clipping, rate: rate * task.rateFactor,
          decays: !hasDecayed)
        stepBehind.take(step, stretch: index, moments: task.slot)
        hasDecayed = true
      }
    }
    postponeStep(gradients)
    gradients.clear()
    return norm
  }

  private func norm(of tasks: [TaskStep], _ gradients: GradientBuffers) -> Double {
    let products = gradients.innerProducts(ofFirst: gradients.slotCount, on: parameters.device)
    var square = 0.0
    for first in tasks {
      for second in tasks {
        square += first.scale * second.scale * products[first.slot * gradients.slotCount + second.slot]
      }
    }
    // Rounding may take a sum that cancels below zero.
    return square < 0 ? 0 : square.squareRoot()
  }

  private func clipping(_ norm: Double) -> Double {
    settings.clipNorm > 0 && norm > settings.clipNorm ? settings.clipNorm / (norm + 1e-6) : 1
  }

  private func nextStep(
    of index: Int, moments: Int, scale: Double, rate: Double, decays: Bool = true
  ) -> braid_adam_step {
    stretches[index].steps[moments] += 1
    let steps = Double(stretches[index].steps[moments])
    return braid_adam_step(
      gradient_scale: Float(scale), learning_rate: Float(rate), beta1: settings.beta1,
      beta2: settings.beta2, epsilon: settings.epsilon,
      weight_decay: decays && stretches[index].decays ? settings.weightDecay : 0,
      correction1: Float(1 - pow(Double(settings.beta1), steps)),
      correction2: Float(1 - pow(Double(settings.beta2), steps)))
  }

  private func postponeStep(_ gradients: GradientBuffers) {
    stepBehind.postpone(gradients.slots)
    gradients.stepBehind = stepBehind
  }
}
