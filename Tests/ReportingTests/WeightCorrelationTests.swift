import Reporting
import Testing

@Suite("The correlation of weight and metric") struct WeightCorrelationTests {
  /// Two logged steps before each evaluation; weights by step, metrics by evaluation.
  private func history(weights: [Double?], metrics: [Double?]) -> RunHistory {
    RunHistory(
      steps: weights.enumerated().map { index, weight in
        .init(
          step: index + 1,
          tasks: weight.map { [.init(name: "a", loss: nil, weight: $0)] } ?? [])
      },
      evaluations: metrics.enumerated().map { index, value in
        .init(
          step: 2 * index + 2, score: nil, isBest: false,
          tasks: [.init(name: "a", metrics: [.init(name: "f1", value: value)])])
      })
  }

  private func result(_ weights: [Double?], _ metrics: [Double?]) -> WeightCorrelation {
    WeightCorrelation(task: "a", metric: "f1", in: history(weights: weights, metrics: metrics))
  }

  @Test("the weights since the evaluation before are averaged, by hand")
  func byHand() {
    // Means 1, 2, 4, and the metric 0.5, 0.4, 0.6: deviations (-4, -1, 5)/3 and (0, -0.1, 0.1).
    let correlation = result([0.5, 1.5, 2, 2, nil, 4], [0.5, 0.4, 0.6])
    #expect(correlation.count == 3)
    guard case .value(let value) = correlation.result else { return #expect(Bool(false), "\(correlation)") }
    #expect(abs(value - 0.6 / (42 * 0.02).squareRoot()) < 1e-12)
  }

  @Test("where there is none the reason is said")
  func undefined() {
    #expect(result([0.1, 0.2, 0.3, 0, 0.1, 0.2], [1, 2, 3]).result == .undefined("constant weight"))
    #expect(result([1, 2, 3, 4, 5, 6], [0.5, 0.5, 0.5]).result == .undefined("constant metric"))
    #expect(result([1, 2, 3, 4], [1, 2]).result == .undefined("fewer than 3 evaluations"))
    #expect(result([1, 2, 3, 4, 5, 6], [1, nil, 3]).result == .undefined("fewer than 3 evaluations"))
    #expect(result([nil, nil, nil, nil, nil, nil], [1, 2, 3]).result == .undefined("no weights logged"))
    let other = WeightCorrelation(task: "b", metric: nil, in: history(weights: [1], metrics: [1]))
    #expect(other.result == .undefined("not evaluated"))
    #expect(other.count == 0)
  }
}
