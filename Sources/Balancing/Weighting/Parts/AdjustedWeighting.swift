/// A weighting whose weights are smoothed, limited or made those of the losses' logarithms.
struct AdjustedWeighting<Base: TaskWeighting>: TaskWeighting {
  static var name: String { Base.name }
  static var needs: Set<WeightingNeed> { Base.needs }

  private var base: Base
  private let adjustment: WeightingAdjustment
  /// The smoothed weights.
  private var averages: SeenValues

  init(_ tasks: [WeightedTask]) { self.init(Base(tasks), WeightingAdjustment(), tasks: tasks.count) }

  init(_ base: Base, _ adjustment: WeightingAdjustment, tasks: Int) {
    self.base = base
    self.adjustment = adjustment
    averages = SeenValues(count: tasks)
  }

  mutating func weights(for input: WeightingInput) -> [Double] {
    let inverses = input.losses.map { loss in
      adjustment.takesLogarithms ? loss.map(WeightingArithmetic.inverse) ?? 1 : 1
    }
    var scaled = input
    scaled.gradientNorms = zip(input.gradientNorms, inverses).map { norm, inverse in norm.map { $0 * inverse }
    }
    let weights = smoothed(base.weights(for: scaled), where: input.losses.map { $0 != nil })
    return zip(weights, inverses).map { limited($0) * $1 }
  }

  /// Only tasks that the batch holds have a weight to average.
  private mutating func smoothed(_ weights: [Double], where present: [Bool]) -> [Double] {
    let beta = adjustment.smoothing
    guard beta > 0 else { return weights }
    let smoothed = zip(weights, averages.values).map { weight, average in
      average.map { beta * $0 + (1 - beta) * weight } ?? weight
    }
    averages.replace(with: zip(smoothed, present).map { $1 ? $0 : nil })
    return smoothed
  }

  private func limited(_ weight: Double) -> Double {
    guard let limits = adjustment.limits else { return weight }
    return min(max(weight, limits.lowerBound), limits.upperBound)
  }

  mutating func observe(lossesAfterStep losses: [Double?]) { base.observe(lossesAfterStep: losses) }

  mutating func observe(metrics: [Double?]) { base.observe(metrics: metrics) }

  var state: [Double] {
    get { averages.state + base.state }
    set {
      var rest = newValue[...]
      rest.fill(&averages.state)
      base.state = Array(rest)
    }
  }
}
