import Balancing
import Testing

@Suite struct WeightingAdjustmentTests {
  private func inverse(_ adjustment: WeightingAdjustment, tasks: Int = 1) -> any TaskWeighting {
    InverseLossWeighting(weightedTasks(tasks)).adjusted(by: adjustment, tasks: tasks)
  }

  @Test("No adjustment leaves the weighting as it is")
  func none() {
    #expect(inverse(WeightingAdjustment()) is InverseLossWeighting)
    #expect(type(of: inverse(WeightingAdjustment(smoothing: 0.5))).name == "inverse-loss")
  }

  @Test("Smoothing starts at the first weight of a task, and moves only with batches that hold it")
  func smoothing() {
    var weighting = inverse(WeightingAdjustment(smoothing: 0.75), tasks: 2)
    #expect(weighting.weights(for: WeightingInput(losses: [0.5, nil]))[0] == 2)
    #expect(weighting.weights(for: WeightingInput(losses: [0.25, 0.5])) == [2.5, 2])
    _ = weighting.weights(for: WeightingInput(losses: [nil, 0.5]))
    #expect(weighting.weights(for: WeightingInput(losses: [0.25, 0.5])) == [2.875, 2])
  }

  @Test("Limits hold the weight between them, after smoothing")
  func limits() {
    var weighting = inverse(WeightingAdjustment(smoothing: 0.5, limits: 1...3))
    #expect(weighting.weights(for: WeightingInput(losses: [0.1])) == [3])
    // The average is (10 + 4) / 2, not (3 + 4) / 2.
    #expect(weighting.weights(for: WeightingInput(losses: [0.25])) == [3])
    var low = inverse(WeightingAdjustment(limits: 1...3))
    #expect(low.weights(for: WeightingInput(losses: [4])) == [1])
  }

  @Test("Weights of logarithms are over the loss, and gradient norms those of the logarithms")
  func logarithms() {
    let logarithms = WeightingAdjustment(takesLogarithms: true)
    var equal = EqualWeighting(weightedTasks(2)).adjusted(by: logarithms, tasks: 2)
    #expect(equal.weights(for: WeightingInput(losses: [0.5, 4])) == [2, 0.25])
    // 1 / ‖∇ ln L‖ of ln L is 1 / ‖∇L‖ of L.
    var norms = InverseNormWeighting(weightedTasks(2)).adjusted(by: logarithms, tasks: 2)
    #expect(
      norms.weights(for: WeightingInput(losses: [0.5, 4], gradientNorms: [2, 8])) == [0.5, 0.125])
  }

  @Test("Limits are of the weights of logarithms, not of what the loss makes of them")
  func order() {
    var weighting = EqualWeighting(weightedTasks(1))
      .adjusted(by: WeightingAdjustment(limits: 0.5...2, takesLogarithms: true), tasks: 1)
    #expect(weighting.weights(for: WeightingInput(losses: [0.1])) == [10])
  }

  @Test("An adjusted weighting still hears of metrics and of losses after the step")
  func observations() {
    let smoothing = WeightingAdjustment(limits: 0...1)
    var metrics = PerformanceWeighting(weightedTasks(2)).adjusted(by: smoothing, tasks: 2)
    metrics.observe(metrics: [0.75, 0.25])
    #expect(metrics.weights(for: WeightingInput(losses: [1, 1])) == [0.75, 0.25])
    var famo = FastAdaptiveWeighting(weightedTasks(2)).adjusted(by: smoothing, tasks: 2)
    _ = famo.weights(for: WeightingInput(losses: [1, 1]))
    famo.observe(lossesAfterStep: [0.5, 1])
    #expect(famo.weights(for: WeightingInput(losses: [1, 1]))[0] < 0.5)
  }
}
