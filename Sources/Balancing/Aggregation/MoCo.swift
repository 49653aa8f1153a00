/// MoCo (Fernando et al. 2023, algorithm 1): weights λ on the simplex follow MGDA's problem by one gradient
/// step each, λ ← Π(λ − γₜ (K + ρ I) λ), with K the Gramian of running averages yᵢ ← yᵢ − βₜ (yᵢ − gᵢ), which
/// a small batch biases less than its own gradients. The direction is Σ λᵢ yᵢ.
///
/// The paper (`SimplexMoCo`) projects onto the simplex. LibMTL, from the authors' code (`SoftmaxMoCo`), takes
/// the softmax of the new λ, and gives each gradient the length of its loss before it is averaged. Rates are
/// LibMTL's: βₜ = 0.5 / √t, γₜ = 0.1 / √t, ρ = 0.
public struct MoCo<Form: MoCoForm>: GradientAggregation {
  public static var name: String { Form.methodName }

  public static var hyperparameters: [Hyperparameter<Self>] {
    [
      Hyperparameter("averagingRate", \.averagingRate.initial, in: 0...1),
      Hyperparameter("averagingDecay", \.averagingRate.decay, in: 0...10),
      Hyperparameter("weightRate", \.weightRate.initial, in: 0...1e6),
      Hyperparameter("weightDecay", \.weightRate.decay, in: 0...10),
      Hyperparameter("ridge", \.ridge, in: 0...1e6),
    ]
  }
  /// β
  private var averagingRate = DecayingRate(0.5, decay: 0.5)
  /// γ
  private var weightRate = DecayingRate(0.1, decay: 0.5)
  /// ρ
  private var ridge = 0.0
  private var weights: [Double]
  private var steps = 0

  public init(taskCount: Int) {
    weights = [Double](repeating: 1 / Double(max(1, taskCount)), count: taskCount)
  }

  public var gradients: GradientSource {
    let rate = averagingRate
    return .averaged(
      GradientAveraging(kept: { 1 - rate.at($0) }, scale: { Form.scale(loss: $0, norm: $1) }))
  }

  public mutating func coefficients(of gradients: TaskGradients) -> [Double] {
    steps += 1
    let rate = weightRate.at(steps)
    let present = gradients.tasks.map { weights[$0] }
    let slopes = zip(gradients.gramian.times(present), present).map { $0 + ridge * $1 }
    let updated = Form.ontoSimplex(zip(present, slopes).map { $0 - rate * $1 })
    for (task, weight) in zip(gradients.tasks, updated) { weights[task] = weight }
    return updated
  }

  /// λ, then the number of steps.
  public var state: [Double] {
    get { weights + [Double(steps)] }
    set {
      precondition(newValue.count == weights.count + 1, "the state is of another set of tasks")
      weights = Array(newValue.dropLast())
      steps = Int(exactly: newValue[weights.count]) ?? 0
    }
  }
}

/// Where the paper and the code of MoCo part.
public protocol MoCoForm: Sendable {
  /// What `--aggregation` calls it.
  static var methodName: String { get }
  /// What a gradient is multiplied by before it is averaged.
  static func scale(loss: Double, norm: Double) -> Double
  /// Finite numbers from numbers, on the simplex.
  static func ontoSimplex(_ values: [Double]) -> [Double]
}

/// The paper's: gradients as they are, and the Euclidean projection onto the simplex.
public enum SimplexMoCo: MoCoForm {
  public static let methodName = "moco"

  public static func scale(loss: Double, norm: Double) -> Double { 1 }

  /// Subtracts the one number that makes what stays positive sum to one (Held, Wolfe & Crowder 1974).
  public static func ontoSimplex(_ values: [Double]) -> [Double] {
    let largest = values.max() ?? 0
    let shifted = values.map { $0 - largest }
    var sum = 0.0
    var level = -1.0
    for (count, value) in shifted.sorted(by: >).enumerated() {
      sum += value
      let candidate = (sum - 1) / Double(count + 1)
      if value > candidate { level = candidate }
    }
    return shifted.map { max(0, $0 - level) }
  }
}

/// The code's: gradients as long as their losses, and the softmax.
public enum SoftmaxMoCo: MoCoForm {
  public static let methodName = "moco-softmax"

  public static func scale(loss: Double, norm: Double) -> Double { loss / (norm + 1e-8) }

  public static func ontoSimplex(_ values: [Double]) -> [Double] { WeightingArithmetic.softmax(values) }
}
