/// Weights by how dev metrics moved: wᵢ = T softmax(rᵢ / τ) with rᵢ = mᵢ(t) / mᵢ(t − 1) and τ = 1, so that a task whose
/// metric falls gets less. All weights are 1 until the second evaluation.
///
/// Textbooks call this dynamic weight averaging and give no formula; this one mirrors that of Liu, Johns & Davison 2019,
/// which is `DynamicWeightAverage`: that one is over training losses, and gives more to the task that does worse.
/// Metrics count as from 0 to 1; a ratio as from 1/2 to 2, for the first metric above zero must not silence the other
/// tasks.
public struct ValidationTrendWeighting: TaskWeighting {
  public static let name = "validation-trend"
  public static let needs: Set<WeightingNeed> = [.metrics]
  public static let hyperparameters = [
    Hyperparameter("temperature", \ValidationTrendWeighting.trend.temperature, in: 1e-6...1e6)
  ]
  private var trend: Trend

  public init(_ tasks: [WeightedTask]) {
    trend = Trend(count: tasks.count, temperature: 1, limits: 0.5...2)
  }

  public func weights(for input: WeightingInput) -> [Double] { trend.weights }

  public mutating func observe(metrics: [Double?]) { trend.add(WeightingArithmetic.withinUnit(metrics)) }

  public var state: [Double] {
    get { trend.state }
    set { trend.state = newValue }
  }
}
