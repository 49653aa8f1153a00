import Kernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Adam's family: two moments a parameter, in buffers of the parameters' layout.
public final class Optimizer {
  public enum Method: String, Sendable, CaseIterable {
    /// Loshchilov & Hutter 2019, algorithm 2.
    case adamw
    /// Kingma & Ba 2015, algorithm 2, with decoupled weight decay.
    case adamax

    var code: braid_adam_method {
      switch self {
      case .adamw: BRAID_ADAMW
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
    /// Steps that it has taken: parameters without a gradient in a step stay as they are, and so does their count.
    var steps = 0
  }

  public let settings: Settings
  private let parameters: ParameterStore
  private let moments: (first: Memory, second: Memory)
  private let rowsBehind: RowsBehind
  private var stretches: [Stretch] = []

  /// - Parameter group: names the group of a parameter, by the parameter's name; groups take steps and learning-rate factors
  ///   of their own.
  public init(
    _ settings: Settings, parameters: ParameterStore, group: (String) -> String
  ) throws(DeviceError) {
    self.settings = settings
    self.parameters = parameters
    let layout = parameters.layout
    moments = (try Memory(count: layout.count), try Memory(count: layout.count))
    rowsBehind = RowsBehind(
      layout.tables, method: settings.method.code, device: parameters.device,
      parameters: parameters.memory, firstMoment: moments.first, secondMoment: moments.second)
    parameters.rowsBehind = rowsBehind
    for (index, entry) in layout.entries.enumerated() where parameters.isTrainable[index] {
      let name = group(entry.name)
      let table = layout.tables.firstIndex { $0.entry == index }
      if table == nil, let last = stretches.last, last.table == nil, last.group == name,
        last.decays == entry.decays, last.first + last.count == entry.offset
      {
        stretches[stretches.count - 1].count += entry.count
      } else {
        stretches.append(
          Stretch(first: entry.offset, count: entry.count, group: name, decays: entry.decays, table: table))
      }
    }
  }

  /// Nobody could bring the rows up to date after this.
  deinit { rowsBehind.catchUp() }

  package var firstMoment: Memory {
    rowsBehind.catchUp()
    return moments.first
  }

  package var secondMoment: Memory {
    rowsBehind.catchUp()
    return moments.second
  }

  /// Steps taken by each stretch of parameters: with the moments, all that a resumed run needs.
  package var stepCounts: [Int] {
    get { stretches.map(\.steps) }
    set { for index in stretches.indices { stretches[index].steps = newValue[index] } }
  }

  /// Moves the parameters along the first gradient slot, sets the slot to zero, and packs the weights anew.
  ///
  /// - Parameters:
  ///   - scale: a factor of the gradient before clipping: one over the number of batches that were added up.
  ///   - rate: the learning rate of a group, or nil for a group without a gradient in this step, which is left alone.
  /// - Returns: the Euclidean norm of the scaled gradient before clipping. When it is not finite nothing is moved.
  @discardableResult
  public func step(
    _ gradients: GradientBuffers, scale: Double = 1, rate: (_ group: String) -> Double?
  ) -> Double {
    let device = parameters.device.handle
    let gradient = gradients.slots[0].base
    let norm = scale * sumOfSquares(gradients).squareRoot()
    guard norm.isFinite else { return norm }
    let clip = settings.clipNorm > 0 && norm > settings.clipNorm ? settings.clipNorm / (norm + 1e-6) : 1
    for index in stretches.indices {
      guard let rate = rate(stretches[index].group) else { continue }
      stretches[index].steps += 1
      let stretch = stretches[index]
      let steps = Double(stretch.steps)
      let step = braid_adam_step(
        gradient_scale: Float(scale * clip), learning_rate: Float(rate), beta1: settings.beta1,
        beta2: settings.beta2, epsilon: settings.epsilon,
        weight_decay: stretch.decays ? settings.weightDecay : 0,
        correction1: Float(1 - pow(Double(settings.beta1), steps)),
        correction2: Float(1 - pow(Double(settings.beta2), steps)))
      if let table = stretch.table {
        rowsBehind.take(
          step, table: table, gradient: gradient + stretch.first, rows: gradients.touched[0][table].rows)
      } else {
        var arguments = braid_adam_arguments(
          method: settings.method.code, parameters: parameters.memory.base + stretch.first,
          first_moment: moments.first.base + stretch.first,
          second_moment: moments.second.base + stretch.first,
          gradient: gradient + stretch.first, count: Int64(stretch.count), step: step)
        braid_adam(device, &arguments)
      }
    }
    gradients.forgetTouchedRows(slot: 0)
    parameters.pack()
    return norm
  }

  private func sumOfSquares(_ gradients: GradientBuffers) -> Double {
    let device = parameters.device.handle
    let base = gradients.slots[0].base
    var sum = 0.0
    for stretch in gradients.dense {
      sum += braid_sum_of_squares(device, base + stretch.lowerBound, Int64(stretch.count))
    }
    for (table, touched) in zip(gradients.tables, gradients.touched[0]) {
      sum += braid_sum_of_squares_of_rows(
        device, base + table.offset, Int64(table.columns), touched.rows, Int64(touched.rows.count))
    }
    return sum
  }
}
