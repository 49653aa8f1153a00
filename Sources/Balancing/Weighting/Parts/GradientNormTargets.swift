import Foundation

/// The norms that GradNorm wants weighted gradients to have (Chen et al. 2018, eq. 1 and 2): Ḡ rᵢ^α, where Ḡ is the mean
/// of Gᵢ = wᵢ ‖∇Lᵢ‖ and rᵢ is Lᵢ / Lᵢ(0) over the tasks' mean of it.
struct GradientNormTargets: Sendable {
  var alpha: Double
  private var initial: SeenValues
  private var losses: SeenValues
  private var norms: SeenValues

  init(count: Int, alpha: Double) {
    self.alpha = alpha
    initial = SeenValues(count: count)
    losses = initial
    norms = initial
  }

  /// The slopes of Σ |Gᵢ − Ḡ rᵢ^α| with respect to the weights, the targets being constants: ‖∇Lᵢ‖ times the sign.
  mutating func slopes(of weights: [Double], for input: WeightingInput) -> [Double] {
    initial.keepFirst(of: input.losses)
    losses.replace(with: input.losses)
    norms.replace(with: input.gradientNorms)
    let norms = norms.filled
    let weighted = zip(weights, norms).map { $0 * $1 }
    let mean = weighted.reduce(0, +) / Double(weighted.count)
    let rates = WeightingArithmetic.shares(
      zip(losses.filled, initial.filled).map { max($0, 0) * WeightingArithmetic.inverse($1) })
    return weights.indices.map { index in
      let target = mean * pow(rates[index] * Double(rates.count), alpha)
      if weighted[index] == target { return 0 }
      return weighted[index] > target ? norms[index] : -norms[index]
    }
  }

  var state: [Double] {
    get { initial.state + losses.state + norms.state }
    set {
      var rest = newValue[...]
      rest.fill(&initial.state)
      rest.fill(&losses.state)
      rest.fill(&norms.state)
    }
  }
}
