/// How each task's number stands to the one before: a softmax over the ratios, times the number of tasks.
struct Trend: Sendable {
  var temperature: Double
  private let limits: ClosedRange<Double>
  private var last: SeenValues
  private var ratios: SeenValues

  init(count: Int, temperature: Double, limits: ClosedRange<Double> = 0...Double.infinity) {
    self.temperature = temperature
    self.limits = limits
    last = SeenValues(count: count)
    ratios = last
  }

  mutating func add(_ values: [Double?]) {
    ratios.replace(
      with: zip(values, last.values).map { value, last in
        guard let value, let last else { return nil }
        let ratio = value * WeightingArithmetic.inverse(last)
        return min(max(ratio, limits.lowerBound), limits.upperBound)
      })
    last.replace(with: values)
  }

  /// A ratio that is not known yet counts as 1.
  var weights: [Double] {
    let shares = WeightingArithmetic.softmax(ratios.values.map { ($0 ?? 1) / temperature })
    return shares.map { $0 * Double(shares.count) }
  }

  var state: [Double] {
    get { last.state + ratios.state }
    set {
      var rest = newValue[...]
      rest.fill(&last.state)
      rest.fill(&ratios.state)
    }
  }
}
