import Balancing
import Foundation
import Testing

private func tasks(
  _ losses: [WeightedTask.Loss], factors: [Double]? = nil, priors: [Double]? = nil
) -> [WeightedTask] {
  losses.enumerated().map { index, loss in
    WeightedTask(
      name: "task\(index)", loss: loss, factor: factors?[index] ?? 1, priorLoss: priors?[index] ?? 1)
  }
}

@Suite struct WeightingTests {
  @Test("Every weighting is found by its name, and names differ")
  func registry() {
    for kind in TaskWeightingKind.all { #expect(TaskWeightingKind.named(kind.name) == kind) }
    #expect(Set(TaskWeightingKind.names).count == TaskWeightingKind.names.count)
    #expect(TaskWeightingKind.named("magic") == nil)
  }

  @Test("Equal weights are one, manual ones are the task file's")
  func staticWeights() {
    let all = tasks([.crossEntropy, .squaredError], factors: [0.5, 3])
    #expect(EqualWeighting(all).weights(for: [0.1, nil]) == [1, 1])
    #expect(ManualWeighting(all).weights(for: [0.1, nil]) == [0.5, 3])
  }

  /// Entropy of 50:30:20, variance of 1...5, and ln 4.
  @Test("Prior weights are the factor over the loss of the label prior")
  func prior() {
    let weighting = PriorWeighting(
      tasks(
        [.crossEntropy, .squaredError, .listwise], factors: [1, 1, 2],
        priors: [1.0296530141, 2, 1.3862943611]))
    let weights = weighting.weights(for: [0.8, 2.0, 0.1])
    for (weight, expected) in zip(weights, [0.9712009642, 0.5, 2 * 0.7213475204]) {
      #expect(abs(weight - expected) < 1e-9)
    }
  }

  @Test("A prior loss of zero leaves the factor alone")
  func priorOfNothing() {
    let weighting = PriorWeighting(tasks([.listwise], factors: [2], priors: [0]))
    #expect(weighting.weights(for: [1]) == [2])
  }

  @Test("Uncertainty starts at c e⁻ˢ with s = 0, and s goes towards the optimum ln(2 c L)")
  func uncertainty() {
    for (loss, scale) in [(WeightedTask.Loss.squaredError, 0.5), (.crossEntropy, 1.0), (.listwise, 1.0)] {
      var weighting = UncertaintyWeighting(tasks([loss]), learningRate: 0.05)
      #expect(weighting.weights(for: [0.8]) == [scale])
      for _ in 0..<4000 { _ = weighting.weights(for: [0.8]) }
      #expect(abs(weighting.logVariances[0] - log(2 * scale * 0.8)) < 0.01)
    }
  }

  @Test("The first step of s is one learning rate against its slope, and a task without a loss stays")
  func uncertaintyStep() {
    var weighting = UncertaintyWeighting(
      tasks([.crossEntropy, .crossEntropy, .crossEntropy]), learningRate: 0.01)
    _ = weighting.weights(for: [0.8, 0.2, nil])
    // The slopes are 1/2 − 0.8 and 1/2 − 0.2: Adam's first step has the size of its rate.
    for (value, expected) in zip(weighting.logVariances, [0.01, -0.01, 0]) {
      #expect(abs(value - expected) < 1e-6)
    }
  }

  @Test("State that is put back goes on alike")
  func state() {
    let all = tasks([.crossEntropy, .squaredError])
    var first = UncertaintyWeighting(all)
    for step in 0..<10 { _ = first.weights(for: [0.3 + Double(step), nil]) }
    var second = UncertaintyWeighting(all)
    second.state = first.state
    for step in 0..<5 {
      #expect(first.weights(for: [1, Double(step)]) == second.weights(for: [1, Double(step)]))
    }
  }
}
