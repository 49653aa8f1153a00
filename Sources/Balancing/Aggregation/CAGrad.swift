/// CAGrad (Liu et al. 2021, algorithm 1): of all directions within c ‖g₀‖ of the mean gradient g₀, the one
/// along which the task worst off gains most. With the w on the simplex that minimises Σ wᵢ gᵢ·g₀ + c ‖g₀‖
/// ‖g_w‖, where g_w = Σ wᵢ gᵢ, it is d = g₀ + c ‖g₀‖ g_w / ‖g_w‖.
///
/// c is 0.5, which LibMTL takes too; the official code takes 0.4 for NYU-v2. The official code and LibMTL
/// divide d by 1 + c², and add 1e-8 to lengths; `Rescaling` has that and the code's other choice, and the
/// paper's d is the default.
public struct CAGrad: GradientAggregation {
  public static let name = "cagrad"

  /// What the direction is divided by.
  public enum Rescaling: String, CaseIterable, Sendable {
    case one, onePlusSquaredRadius, onePlusRadius
  }

  public static let hyperparameters = [
    Hyperparameter("radius", \CAGrad.radius, in: 0...0.999), Hyperparameter("rescaling", \CAGrad.rescaling),
  ]
  /// c; with 0 the direction is the mean gradient.
  private var radius = 0.5
  private var rescaling = Rescaling.one

  public init(taskCount: Int) {}

  private var divisor: Double {
    switch rescaling {
    case .one: 1
    case .onePlusSquaredRadius: 1 + radius * radius
    case .onePlusRadius: 1 + radius
    }
  }

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    let gramian = gradients.gramian
    let mean = gradients.tasks.map { _ in 1 / Double(gradients.count) }
    let radius = radius * gramian.length(mean)
    let worst = worstMixture(of: gradients)
    let length = gramian.length(worst)
    // Where some mixture of the gradients vanishes no direction helps every task, and the mean is left as it is.
    let share = length > 1e-7 * (gradients.norms.max() ?? 0) ? radius / length : 0
    return zip(mean, worst).map { ($0 + share * $1) / divisor }
  }

  /// The minimising w. As ‖g_w‖ = min over t of ½ (‖g_w‖² / t + t), it solves a quadratic program for the one
  /// t that equals its ‖g_w‖; this t is found by bisection, to the last digit.
  package func worstMixture(of gradients: TaskGradients) -> [Double] {
    let gramian = gradients.gramian
    let mean = gradients.tasks.map { _ in 1 / Double(gradients.count) }
    let radius = radius * gramian.length(mean)
    guard radius > 0 else { return mean }
    let alongMean = gramian.times(mean)
    var lower = 0.0
    var upper = gradients.norms.max() ?? 0
    var mixture = mean
    while true {
      let length = lower + (upper - lower) / 2
      mixture = SimplexQuadraticProgram.minimum(gramian, linear: alongMean.map { $0 * (length / radius) })
      guard length > lower && length < upper && upper - lower > 1e-15 * upper else { return mixture }
      if gramian.length(mixture) > length { lower = length } else { upper = length }
    }
  }
}
