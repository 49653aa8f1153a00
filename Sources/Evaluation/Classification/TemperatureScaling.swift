import Foundation
import Wording

/// Temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2): class probabilities
/// softmax(z / T) in place of softmax(z). One number, T, is fitted on held-out data. The order of the classes, and with
/// it every prediction, stays as it was; T above 1 makes the model less sure, T below 1 surer.
///
/// With log-probabilities for z the result is the same, as softmax does not see a constant added to all of z; so
/// probabilities are all that is needed, also where a head averages them.
public enum TemperatureScaling {
  /// The temperatures that a fit may give.
  public static let range = 0.01...100.0

  /// pᵢ^(1/T) / Σⱼ pⱼ^(1/T). At T = 1 the probabilities as they are. A probability of 0 counts as the smallest that
  /// single precision has.
  ///
  /// - Parameter temperature: above 0.
  public static func scaled(_ probabilities: some Collection<Float>, by temperature: Double) -> [Float] {
    guard temperature != 1 else { return Array(probabilities) }
    let logs = probabilities.map { logProbability($0) / temperature }
    let most = logs.max() ?? 0
    let powers = logs.map { exp($0 - most) }
    let sum = powers.reduce(0, +)
    return powers.map { Float($0 / sum) }
  }

  /// The temperature that makes the negative log likelihood of the examples least.
  ///
  /// With β = 1/T and z the log-probabilities the mean of log Σⱼ exp(β·zⱼ) − β·z of the right class is convex in β. Its
  /// derivative, the mean of Σⱼ pⱼ(β)·zⱼ − z of the right class, is found to be 0 by Newton's steps kept inside a
  /// bracket, which is halved where a step would leave it.
  ///
  /// - Returns: a temperature in `range`, at an end of it when the best one is beyond.
  /// - Throws: `TemperatureError` when there is no best temperature.
  public static func fit(_ examples: LabelledProbabilities) throws(TemperatureError) -> Double {
    guard examples.count > 0 else { throw .noExamples }
    let likelihood = Likelihood(examples)
    // Without a mistake the likelihood grows for ever as T goes to 0.
    guard likelihood.hasMistake else { throw .noMistakes(examples: examples.count) }
    guard likelihood.slope(at: 0).first < 0 else { throw .noBetterThanChance(examples: examples.count) }

    var (low, high) = (1 / range.upperBound, 1 / range.lowerBound)
    if likelihood.slope(at: low).first >= 0 { return range.upperBound }
    if likelihood.slope(at: high).first <= 0 { return range.lowerBound }
    var beta = 1.0
    for _ in 0..<200 {
      let (first, second) = likelihood.slope(at: beta)
      if first == 0 { break }
      if first < 0 { low = beta } else { high = beta }
      let step = beta - first / second
      let next = second > 0 && step > low && step < high ? step : (low + high) / 2
      let isDone = abs(next - beta) <= 1e-12 * beta || high - low <= 1e-12 * high
      beta = next
      if isDone { break }
    }
    return min(max(1 / beta, range.lowerBound), range.upperBound)
  }

  /// The mean negative log likelihood as a function of β.
  private struct Likelihood {
    private let logs: [Double]
    private let expected: [Int]
    private let classCount: Int
    /// Whether the right class of some example is less probable than another.
    let hasMistake: Bool

    init(_ examples: LabelledProbabilities) {
      logs = examples.probabilities.map(logProbability)
      expected = examples.expected
      classCount = examples.classCount
      hasMistake = examples.expected.indices.contains { example in
        let row = examples[example]
        return row[row.startIndex + examples.expected[example]] < row.max() ?? 0
      }
    }

    /// The first and the second derivative.
    func slope(at beta: Double) -> (first: Double, second: Double) {
      var first = 0.0
      var second = 0.0
      for (example, truth) in expected.enumerated() {
        let row = example * classCount..<(example + 1) * classCount
        var most = -Double.infinity
        for index in row { most = max(most, logs[index]) }
        var (sum, mean, square) = (0.0, 0.0, 0.0)
        for index in row {
          let power = exp(beta * (logs[index] - most))
          // Counted from the greatest, so that the variance loses no digits.
          let distance = logs[index] - most
          sum += power
          mean += power * distance
          square += power * distance * distance
        }
        mean /= sum
        first += mean - (logs[row.lowerBound + truth] - most)
        second += square / sum - mean * mean
      }
      return (first / Double(expected.count), second / Double(expected.count))
    }
  }
}

extension LabelledProbabilities {
  /// The same examples with every probability at this temperature.
  public func scaled(by temperature: Double) -> LabelledProbabilities {
    let rows = (0..<count).flatMap { TemperatureScaling.scaled(self[$0], by: temperature) }
    // Scaled rows are probabilities where the rows were.
    return (try? LabelledProbabilities(probabilities: rows, expected: expected, classCount: classCount))
      ?? self
  }
}

/// Held-out data that no temperature fits.
public enum TemperatureError: Error, Equatable, Sendable, CustomStringConvertible {
  case noExamples
  /// Every example is predicted right, so the surest model would be the likeliest.
  case noMistakes(examples: Int)
  /// Equal probabilities for all classes would be likelier than any temperature of the model's.
  case noBetterThanChance(examples: Int)

  public var description: String {
    switch self {
    case .noExamples: "there are no examples to fit a temperature to"
    case .noMistakes(let examples):
      "all of \(counted(examples, "example")) are predicted right, which says nothing of how sure to be: calibration needs held-out "
        + "examples with some mistakes among them"
    case .noBetterThanChance(let examples):
      "on \(counted(examples, "example")) the probabilities are no better than chance, at any temperature: are the labels "
        + "those of this task?"
    }
  }
}
