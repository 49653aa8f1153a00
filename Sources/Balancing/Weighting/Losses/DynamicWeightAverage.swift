/// DWA, dynamic weight average (Liu, Johns & Davison 2019, eq. 7): wᵢ = T softmax(rᵢ / τ) with rᵢ = Lᵢ(t − 1) / Lᵢ(t − 2)
/// over the mean losses of the last two epochs, and τ = 2. In the first two epochs all weights are 1.
///
/// A task whose loss falls slowly gets more. `ValidationTrendWeighting` has the same form over dev metrics.
public struct DynamicWeightAverage: TaskWeighting {
  public static let name = "dwa"
  public static let hyperparameters = [
    Hyperparameter("temperature", \DynamicWeightAverage.trend.temperature, in: 1e-6...1e6)
  ]
  private var means: EpochMeans
  private var trend: Trend

  public init(_ tasks: [WeightedTask]) {
    means = EpochMeans(count: tasks.count)
    trend = Trend(count: tasks.count, temperature: 2)
  }

  public mutating func weights(for input: WeightingInput) -> [Double] {
    if let finished = means.add(input.losses, epoch: input.epoch) { trend.add(finished) }
    return trend.weights
  }

  public var state: [Double] {
    get { means.state + trend.state }
    set {
      var rest = newValue[...]
      rest.fill(&means.state)
      rest.fill(&trend.state)
    }
  }
}
