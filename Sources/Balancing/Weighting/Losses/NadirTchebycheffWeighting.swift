import Foundation

/// The form of STCH in the multi-task code of its authors (Lin et al. 2024), which differs from the paper: what is
/// descended is T μ ln Σᵢ exp(ln(Lᵢ / nᵢ) / μ) with μ = 1, where the nadir n is the mean losses of the warm-up epoch, so
/// wᵢ = T softmax(ln(L / n) / μ)ᵢ / Lᵢ. Through the warm-up the sum of ln Lᵢ is descended, wᵢ = 1 / Lᵢ.
///
/// The code warms up for several epochs and takes the nadir of the last; fine-tuning has few, so here it is the first
/// alone. With one task a batch it is approximate: losses of the other tasks are those of their latest batches.
public struct NadirTchebycheffWeighting: TaskWeighting {
  public static let name = "stch-mtl"
  public static let hyperparameters = [
    Hyperparameter("smoothness", \NadirTchebycheffWeighting.smoothness, in: 1e-6...1e6)
  ]
  /// μ
  private var smoothness = 1.0
  private var losses: SeenValues
  private var nadir: SeenValues
  private var means: EpochMeans

  public init(_ tasks: [WeightedTask]) {
    losses = SeenValues(count: tasks.count)
    nadir = losses
    means = EpochMeans(count: tasks.count)
  }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    losses.replace(with: input.losses)
    if let finished = means.add(input.losses, epoch: input.epoch) { nadir.keepFirst(of: finished) }
    let inverses = losses.filled.map(WeightingArithmetic.inverse)
    guard !nadir.isEmpty else { return inverses }
    let logarithms = zip(nadir.filled, inverses).map { -log(max($0, WeightingArithmetic.floor) * $1) }
    let shares = WeightingArithmetic.softmax(logarithms.map { $0 / smoothness })
    return zip(shares, inverses).map { $0 * $1 * Double(shares.count) }
  }

  public var state: [Double] {
    get { losses.state + nadir.state + means.state }
    set {
      var rest = newValue[...]
      rest.fill(&losses.state)
      rest.fill(&nadir.state)
      rest.fill(&means.state)
    }
  }
}
