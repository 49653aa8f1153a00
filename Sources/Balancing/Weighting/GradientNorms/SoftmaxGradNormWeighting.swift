/// GradNorm with the weights w = T softmax(v) of learned logits v, as LibMTL has it: they sum to the number of tasks and
/// are never negative. The logits follow Adam against the slopes wᵢ (aᵢ − Σⱼ wⱼ aⱼ / T), where a are the slopes with
/// respect to the weights (see `GradNormWeighting`, which is the paper's form). LibMTL measures progress from the mean
/// losses of the first epoch, through which its weights are 1; here it is from the first batch, as in the paper.
///
/// With one task a batch it is approximate: losses and norms of the other tasks are those of their latest batches.
public struct SoftmaxGradNormWeighting: TaskWeighting {
  public static let name = "gradnorm-softmax"
  public static let needs: Set<WeightingNeed> = [.gradientNorms]
  public static let hyperparameters = [
    Hyperparameter("alpha", \SoftmaxGradNormWeighting.targets.alpha, in: 0...100),
    Hyperparameter("learningRate", \SoftmaxGradNormWeighting.logits.rate, in: 0...10),
  ]
  private var targets: GradientNormTargets
  private var logits: AdamScalars

  public init(_ tasks: [WeightedTask]) {
    targets = GradientNormTargets(count: tasks.count, alpha: 1.5)
    logits = AdamScalars(count: tasks.count, rate: 0.025)
  }

  /// The weights of this step; then the logits take theirs.
  public mutating func weights(for input: WeightingInput) -> [Double] {
    let count = Double(input.losses.count)
    let weights = WeightingArithmetic.softmax(logits.values).map { $0 * count }
    let slopes = targets.slopes(of: weights, for: input)
    let mean = zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 } / count
    logits.descend(zip(weights, slopes).map { $0 * ($1 - mean) })
    return weights
  }

  public var state: [Double] {
    get { targets.state + logits.state }
    set {
      var rest = newValue[...]
      rest.fill(&targets.state)
      rest.fill(&logits.state)
    }
  }
}
