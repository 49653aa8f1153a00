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
    /// Steps that it has taken: parameters without a gradient in a step stay as they are, and so does their count.
    var steps = 0
  }

  public let settings: Settings
  private let parameters: ParameterStore
  package let firstMoment: Memory
  package let secondMoment: Memory
  private var stretches: [Stretch] = []

  /// - Parameter group: names the group of a parameter, by the parameter's name; groups take steps and learning-rate factors
  ///   of their own.
  public init(
    _ settings: Settings, parameters: ParameterStore, group: (String) -> String
  ) throws(DeviceError) {
    self.settings = settings
    self.parameters = parameters
    firstMoment = try Memory(count: parameters.layout.count)
    secondMoment = try Memory(count: parameters.layout.count)
    for (index, entry) in parameters.layout.entries.enumerated() where parameters.isTrainable[index] {
      let name = group(entry.name)
      if let last = stretches.last, last.group == name, last.decays == entry.decays,
        last.first + last.count == entry.offset
      {
        stretches[stretches.count - 1].count += entry.count
      } else {
        stretches.append(
          Stretch(first: entry.offset, count: entry.count, group: name, decays: entry.decays))
      }
    }
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
    let gradient = gradients.slots[0]
    let norm = scale * braid_sum_of_squares(device, gradient.base, Int64(gradient.count)).squareRoot()
    guard norm.isFinite else { return norm }
    let clip = settings.clipNorm > 0 && norm > settings.clipNorm ? settings.clipNorm / (norm + 1e-6) : 1
    for index in stretches.indices {
      guard let rate = rate(stretches[index].group) else { continue }
      stretches[index].steps += 1
      let stretch = stretches[index]
      let steps = Double(stretch.steps)
      var arguments = braid_adamw_arguments(
        parameters: parameters.values.base + stretch.first,
        first_moment: firstMoment.base + stretch.first, second_moment: secondMoment.base + stretch.first,
        gradient: gradient.base + stretch.first, count: Int64(stretch.count),
        gradient_scale: Float(scale * clip), learning_rate: Float(rate), beta1: settings.beta1,
        beta2: settings.beta2, epsilon: settings.epsilon,
        weight_decay: stretch.decays ? settings.weightDecay : 0,
        correction1: Float(1 - pow(Double(settings.beta1), steps)),
        correction2: Float(1 - pow(Double(settings.beta2), steps)))
      switch settings.method {
      case .adamw: braid_adamw(device, &arguments)
      case .adamax: braid_adamax(device, &arguments)
      }
    }
    parameters.pack()
    return norm
  }
}
