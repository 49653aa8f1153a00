/// GradNorm (Chen et al. 2018, algorithm 1): after each step the weights descend Σ |Gᵢ − Ḡ rᵢ^α|, α = 1.5 (see
/// `GradientNormTargets`) by gradient descent with rate 0.025, and are made to sum to the number of tasks. The paper
/// measures norms at the last shared layer.
///
/// The slope is as large as a norm: where norms are large against 1 / rate the weights jump, and would become negative
/// but for a least weight of 0.01; `SoftmaxGradNormWeighting` has neither problem. With one task a batch it is
/// approximate: losses and norms of the other tasks are those of their latest batches.
public struct GradNormWeighting: TaskWeighting {
  public static let name = "gradnorm"
  public static let needs: Set<WeightingNeed> = [.gradientNorms]
  public static let hyperparameters = [
    Hyperparameter("alpha", \GradNormWeighting.targets.alpha, in: 0...100),
    Hyperparameter("learningRate", \GradNormWeighting.learningRate, in: 0...10),
  ]
  private var learningRate = 0.025
  private var targets: GradientNormTargets
  private var weights: [Double]

  public init(_ tasks: [WeightedTask]) {
    targets = GradientNormTargets(count: tasks.count, alpha: 1.5)
    weights = tasks.map { _ in 1 }
  }

  /// The weights of this step; then they take theirs.
  public mutating func weights(for input: WeightingInput) -> [Double] {
    let current = weights
    let slopes = targets.slopes(of: current, for: input)
    let moved = zip(current, slopes).map { max($0 - learningRate * $1, 0.01) }
    weights = WeightingArithmetic.shares(moved).map { $0 * Double(moved.count) }
    return current
  }

  public var state: [Double] {
    get { targets.state + weights }
    set {
      var rest = newValue[...]
      rest.fill(&targets.state)
      rest.fill(&weights)
    }
  }
}
