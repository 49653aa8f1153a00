import Balancing
import Foundation
import Testing

@Suite struct WeightingTests {
  @Test("Every weighting is found by its name, and names differ")
  func registry() {
    for kind in TaskWeightingKind.all { #expect(TaskWeightingKind.named(kind.name) == kind) }
    #expect(Set(TaskWeightingKind.names).count == TaskWeightingKind.names.count)
    #expect(TaskWeightingKind.named("magic") == nil)
    #expect(TaskWeightingKind.names.first == "prior")
  }

  @Test("A weighting that needs more than the run supplies is refused in words")
  func needs() throws {
    try TaskWeightingKind.check(PriorWeighting.self, supplied: [])
    try TaskWeightingKind.check(GradNormWeighting.self, supplied: [.gradientNorms, .metrics])
    let error = #expect(throws: UnmetWeightingNeeds.self) {
      try TaskWeightingKind.check(FastAdaptiveWeighting.self, supplied: [.metrics])
    }
    #expect(error?.needs == [.lossesAfterStep])
    let text = try #require(error?.description)
    #expect(text.contains("'famo' needs the batch's losses after the step"))
    #expect(text.contains("prior") && text.contains("dtp"))
    #expect(!text.contains("gradnorm") && !text.contains(", famo"))
  }

  @Test("Manual weights are the task file's")
  func manual() {
    let weighting = ManualWeighting(weightedTasks(2, factors: [0.5, 3]))
    #expect(weighting.weights(for: WeightingInput(losses: [0.1, nil])) == [0.5, 3])
  }

  @Test("Prior weights are multiplied by the factor, and a prior loss of zero leaves it alone")
  func prior() {
    let weighting = PriorWeighting(weightedTasks(2, factors: [3, 2], priors: [2, 0]))
    #expect(weighting.weights(for: WeightingInput(losses: [1, 1])) == [1.5, 2])
  }

  @Test(
    "A task that the batch does not hold counts with its latest loss, a task never seen as the others' mean")
  func latest() {
    var alternating = LossSwappedWeighting(weightedTasks(2))
    #expect(alternating.weights(for: WeightingInput(losses: [0.6, nil])) == [0.5, 0.5])
    let weights = alternating.weights(for: WeightingInput(losses: [nil, 0.2]))
    for (weight, expected) in zip(weights, [0.25, 0.75]) { #expect(abs(weight - expected) < 1e-12) }
  }

  @Test("Initial losses are each task's first, whenever that comes")
  func initialLosses() {
    var weighting = InitialLossWeighting(weightedTasks(2))
    _ = weighting.weights(for: WeightingInput(losses: [4, nil]))
    _ = weighting.weights(for: WeightingInput(losses: [1, 2]))
    #expect(weighting.weights(for: WeightingInput(losses: [9, 9])) == [0.25, 0.5])
  }

  @Test("DWA gives the task whose loss falls more slowly more, and looks two epochs back")
  func dynamicWeightAverage() {
    var weighting = DynamicWeightAverage(weightedTasks(2))
    let epochs = [[1.0, 1.0], [0.5, 1.0], [0.25, 0.1], [0.2, 0.1]]
    let weights = epochs.enumerated().map { epoch, losses in
      weighting.weights(for: WeightingInput(losses: losses, epoch: epoch))
    }
    #expect(weights[1] == [1, 1])
    #expect(weights[2][0] < weights[2][1])
    #expect(weights[3][0] > weights[3][1])
  }

  @Test("Random weights are those of seed and step, and their normals have mean 0 and variance 1")
  func random() {
    let weighting = RandomWeighting(weightedTasks(3))
    func weights(step: Int, seed: UInt64) -> [Double] {
      weighting.weights(for: WeightingInput(losses: [1, 1, 1], step: step, seed: seed))
    }
    #expect(weights(step: 3, seed: 1) == weights(step: 3, seed: 1))
    #expect(weights(step: 3, seed: 1) != weights(step: 4, seed: 1))
    #expect(weights(step: 3, seed: 1) != weights(step: 3, seed: 2))
    #expect(abs(weights(step: 0, seed: 1).reduce(0, +) - 1) < 1e-12)
    let normals = (0..<5000).flatMap { RandomWeighting.normals(4, step: $0, seed: 7) }
    let mean = normals.reduce(0, +) / 20000
    let variance = normals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20000
    #expect(abs(mean) < 0.03)
    #expect(abs(variance - 1) < 0.05)
    #expect(normals.contains { abs($0) > 3 })
  }

  @Test("FAMO takes weight from the task that improves more than the others")
  func famo() {
    var weighting = FastAdaptiveWeighting(weightedTasks(2))
    let input = WeightingInput(losses: [1, 1])
    #expect(weighting.weights(for: input) == [0.5, 0.5])
    for _ in 0..<5 {
      _ = weighting.weights(for: input)
      weighting.observe(lossesAfterStep: [0.5, 1])
    }
    let weights = weighting.weights(for: input)
    #expect(weights[0] < 0.45)
    #expect(abs(weights[0] + weights[1] - 1) < 1e-12)
  }

  @Test("GradNorm evens out weighted norms, in both of its forms")
  func gradNorm() {
    for kind in [GradNormWeighting.self, SoftmaxGradNormWeighting.self] as [any TaskWeighting.Type] {
      var weighting = kind.init(weightedTasks(2))
      var weights: [Double] = []
      for _ in 0..<400 {
        weights = weighting.weights(for: WeightingInput(losses: [1, 1], gradientNorms: [0.3, 0.1]))
      }
      #expect(abs(weights[0] * 0.3 - weights[1] * 0.1) < 0.02, "\(kind.name): \(weights)")
      #expect(abs(weights[0] + weights[1] - 2) < 1e-9)
    }
  }

  @Test("Metrics: who does well gains by performance and loses by what is missing")
  func metrics() {
    let input = WeightingInput(losses: [1, 1, 1])
    var performance = PerformanceWeighting(weightedTasks(3))
    var missing = InverseAccuracyWeighting(weightedTasks(3))
    var prioritization = DynamicTaskPrioritization(weightedTasks(3))
    #expect(Set(performance.weights(for: input)).count == 1)
    #expect(Set(missing.weights(for: input)).count == 1)
    #expect(prioritization.weights(for: input) == [1, 1, 1])
    // A correlation below zero counts as zero, a task without a metric as the mean of the others.
    performance.observe(metrics: [0.8, -0.3, nil])
    missing.observe(metrics: [0.8, -0.3, nil])
    prioritization.observe(metrics: [0.8, -0.3, nil])
    for (weight, expected) in zip(performance.weights(for: input), [2.0 / 3, 0, 1.0 / 3]) {
      #expect(abs(weight - expected) < 1e-12)
    }
    for (weight, expected) in zip(missing.weights(for: input), [0.2 / 1.8, 1 / 1.8, 0.6 / 1.8]) {
      #expect(abs(weight - expected) < 1e-12)
    }
    let weights = prioritization.weights(for: input)
    #expect(weights[0] < weights[2] && weights[2] < weights[1])
    #expect(abs(weights[1] - pow(0.999, 2) * log(1000)) < 1e-9)
  }

  @Test("A metric that leaves zero does not silence the other tasks")
  func trend() {
    var weighting = ValidationTrendWeighting(weightedTasks(2))
    weighting.observe(metrics: [0, 0.8])
    #expect(weighting.weights(for: WeightingInput(losses: [1, 1])) == [1, 1])
    weighting.observe(metrics: [0.4, 0.8])
    let weights = weighting.weights(for: WeightingInput(losses: [1, 1]))
    #expect(weights[0] > weights[1] && weights[1] > 0.5)
  }

  @Test("Entropy is 1 for even and 0 for certain predictions of any number of classes")
  func entropy() {
    #expect(PredictionStatistics.normalizedEntropy(of: []) == nil)
    #expect(PredictionStatistics.normalizedEntropy(of: [[1]]) == nil)
    #expect(PredictionStatistics.normalizedEntropy(of: [[0, 1, 0]]) == 0)
    for classes in 2...5 {
      let even = [Double](repeating: 1 / Double(classes), count: classes)
      let entropy = PredictionStatistics.normalizedEntropy(of: [even, even])
      #expect(entropy.map { abs($0 - 1) < 1e-12 } == true)
    }
    #expect(PredictionStatistics.variance(over: []) == nil)
    #expect(PredictionStatistics.variance(over: [[0.3, 0.7]]) == 0)
  }

  @Test("Learned scalars go to their optimum from s = 0, and a task without a loss stays")
  func learned() throws {
    var classification = try UncertaintyWeighting(weightedTasks(2)).with(["learningRate": 0.05])
    var regression = try UncertaintyWeighting(weightedTasks(2, loss: .squaredError))
      .with(["learningRate": 0.05])
    var revised = try RevisedUncertaintyWeighting(weightedTasks(2)).with(["learningRate": 0.05])
    var impartial = try ImpartialLossWeighting(weightedTasks(2)).with(["learningRate": 0.05])
    let input = WeightingInput(losses: [0.8, nil])
    #expect(classification.weights(for: input) == [1, 1])
    #expect(regression.weights(for: input) == [0.5, 0.5])
    for _ in 0..<4000 {
      _ = classification.weights(for: input)
      _ = regression.weights(for: input)
      _ = revised.weights(for: input)
      _ = impartial.weights(for: input)
    }
    #expect(abs(classification.logVariances[0] - log(1.6)) < 0.01)
    #expect(abs(regression.logVariances[0] - log(0.8)) < 0.01)
    // w = 1 / (2 σ²) where 1 / (1 + 2 w) = w L.
    let weight = revised.weights(for: input)[0]
    #expect(abs(1 / (1 + 2 * weight) - 0.8 * weight) < 0.01)
    #expect(abs(impartial.weights(for: input)[0] - 1.25) < 0.01)
    #expect(classification.logVariances[1] == 0)
    #expect(impartial.weights(for: input)[1] == 1)
  }
}
