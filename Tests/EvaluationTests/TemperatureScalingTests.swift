import Evaluation
import Foundation
import Testing

@Suite("Temperature scaling") struct TemperatureScalingTests {
  /// Examples of two classes, all predicted with the odds exp(`logit`), of which a share is right.
  private func oneSided(logit: Double, right: Int, of count: Int) throws -> LabelledProbabilities {
    let sure = Float(1 / (1 + exp(-logit)))
    return try LabelledProbabilities(
      probabilities: (0..<count).flatMap { _ in [sure, 1 - sure] },
      expected: (0..<count).map { $0 < right ? 0 : 1 }, classCount: 2)
  }

  @Test(
    "the temperature makes confidence equal to accuracy where every example is as sure as the others",
    arguments: [(3.0, 80), (1.0, 90), (8.0, 60), (0.1, 99)])
  func analytic(logit: Double, right: Int) throws {
    let examples = try oneSided(logit: logit, right: right, of: 100)
    // σ(logit / T) = right share, so T = logit / log(odds of being right).
    let expected = logit / log(Double(right) / Double(100 - right))
    let temperature = try TemperatureScaling.fit(examples)
    #expect(abs(temperature / expected - 1) < 1e-4, "\(temperature) \(expected)")
    let scaled = examples.scaled(by: temperature)
    #expect(abs(scaled.confidences[0] - Double(right) / 100) < 1e-5)
    #expect(scaled.predicted == examples.predicted)
    #expect(try #require(Reliability(scaled).expectedCalibrationError) < 1e-5)
  }

  /// Pseudo-random examples of four classes whose logits are right but twice too large.
  private func overconfident(count: Int) throws -> LabelledProbabilities {
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    var probabilities: [Float] = []
    var expected: [Int] = []
    for _ in 0..<count {
      let logits = (0..<4).map { _ in 3 * next() }
      let powers = logits.map { exp($0) }
      let sum = powers.reduce(0, +)
      var rest = next() * sum
      var truth = 0
      while truth < 3, rest >= powers[truth] {
        rest -= powers[truth]
        truth += 1
      }
      expected.append(truth)
      let doubled = logits.map { exp(2 * $0) }
      probabilities += doubled.map { Float($0 / doubled.reduce(0, +)) }
    }
    return try LabelledProbabilities(probabilities: probabilities, expected: expected, classCount: 4)
  }

  @Test("logits that are twice too large get a temperature near 2, which no other beats")
  func overconfidence() throws {
    let examples = try overconfident(count: 4000)
    let temperature = try TemperatureScaling.fit(examples)
    #expect(abs(temperature - 2) < 0.15)
    let best = try #require(examples.scaled(by: temperature).negativeLogLikelihood)
    for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2] {
      #expect(try #require(examples.scaled(by: temperature * factor).negativeLogLikelihood) > best)
    }
    let before = try #require(Reliability(examples).expectedCalibrationError)
    let after = try #require(Reliability(examples.scaled(by: temperature)).expectedCalibrationError)
    #expect(after < 0.3 * before)
    #expect(examples.scaled(by: temperature).predicted == examples.predicted)
  }

  @Test("scaled rows add up to 1; temperature 1 changes no bit; probabilities of 0 and 1 stay usable")
  func scaling() {
    let row: [Float] = [0.7, 0.2, 0.1]
    #expect(TemperatureScaling.scaled(row, by: 1) == row)
    for temperature in [0.01, 0.5, 2, 100] {
      let scaled = TemperatureScaling.scaled(row, by: temperature)
      #expect(abs(scaled.reduce(0, +) - 1) < 1e-6)
      #expect(scaled[0] > scaled[1] && scaled[1] >= scaled[2])
    }
    // √0.7 / (√0.7 + √0.2 + √0.1)
    #expect(abs(TemperatureScaling.scaled(row, by: 2)[0] - 0.522_88) < 1e-4)
    let extreme = TemperatureScaling.scaled([1, 0] as [Float], by: 100)
    #expect(extreme.allSatisfy { $0 > 0.2 } && abs(extreme[0] + extreme[1] - 1) < 1e-6)
    #expect(TemperatureScaling.scaled([0.5, 0.5] as [Float], by: 7) == [0.5, 0.5])
  }

  @Test("data that has no best temperature is refused and says why")
  func refused() throws {
    #expect(throws: TemperatureError.noExamples) {
      try TemperatureScaling.fit(try LabelledProbabilities(probabilities: [], expected: [], classCount: 2))
    }
    #expect(throws: TemperatureError.noMistakes(examples: 5)) {
      try TemperatureScaling.fit(try oneSided(logit: 2, right: 5, of: 5))
    }
    #expect(throws: TemperatureError.noBetterThanChance(examples: 10)) {
      try TemperatureScaling.fit(try oneSided(logit: 2, right: 4, of: 10))
    }
    // One class, and equal probabilities: nothing can be wrong.
    #expect(throws: TemperatureError.noMistakes(examples: 1)) {
      try TemperatureScaling.fit(
        try LabelledProbabilities(probabilities: [0.5, 0.5], expected: [1], classCount: 2))
    }
    #expect(
      TemperatureError.noMistakes(examples: 5).description.hasPrefix("all of 5 examples are predicted right"))
    #expect(TemperatureError.noBetterThanChance(examples: 1).description.hasPrefix("on 1 example the "))
  }

  @Test("a best temperature beyond the range is its end")
  func ends() throws {
    let cold = try oneSided(logit: 0.001, right: 999, of: 1000)
    #expect(try TemperatureScaling.fit(cold) == TemperatureScaling.range.lowerBound)
    let hot = try LabelledProbabilities(
      probabilities: (0..<1001).flatMap { _ in [1, 0] as [Float] },
      expected: (0..<1001).map { $0 % 2 }, classCount: 2)
    #expect(try TemperatureScaling.fit(hot) == TemperatureScaling.range.upperBound)
  }
}
