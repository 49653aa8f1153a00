/// STCH, smooth Tchebycheff scalarization (Lin et al. 2024): what is descended is
/// μ ln Σᵢ exp(λᵢ (Lᵢ − z*ᵢ) / μ) with preferences λᵢ = 1 / T and the reference point z* = 0, so
/// w = λ softmax(λ (L − z*) / μ). A small μ leaves the weight to the highest loss alone, a large one makes weights equal.
///
/// With one task a batch it is approximate: losses of the other tasks are those of their latest batches.
/// `NadirTchebycheffWeighting` is what the authors' multi-task code does instead.
public struct SmoothTchebycheffWeighting: TaskWeighting {
  public static let name = "stch"
  public static let hyperparameters = [
    Hyperparameter("smoothness", \SmoothTchebycheffWeighting.smoothness, in: 1e-6...1e6)
  ]
  /// The paper's μ.
  private var smoothness = 0.5
  private var losses: SeenValues

  public init(_ tasks: [WeightedTask]) {
    losses = SeenValues(count: tasks.count)
  }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    losses.replace(with: input.losses)
    let preference = 1 / Double(input.losses.count)
    return WeightingArithmetic.softmax(losses.filled.map { preference * $0 / smoothness })
      .map { preference * $0 }
  }

  public var state: [Double] {
    get { losses.state }
    set { losses.state = newValue }
  }
}
