import Tasks
import Tensors

/// Times classification with an encoder of MiniLM's shape: many sentences in batches, and one by itself on one thread.
package enum ClassificationBenchmark {
  package struct Result: Sendable {
    package let tokensPerSecond: Double
    /// Floating-point operations a second: 2 a token and weight of the encoder's layers.
    package let rate: Double
    package let peak: Double
    /// Seconds from a sentence of `latencyTokens` tokens to its classes on one thread, the median.
    package let latency: Double
    /// The same for arithmetic alone, at the peak of one thread.
    package let latencyFloor: Double

    package var share: Double { rate / peak }
  }

  package static let latencyTokens = 24

  /// - Throws: `DeviceError` when memory is short.
  package static func run(on device: Device, seconds: Double = 8) throws -> Result {
    let peakBefore = device.peak()
    let examples = try SyntheticRun.examples(rows: 2000, stream: "classification")
    let tokens = (0..<examples.count).reduce(0) { $0 + examples.length(of: $1) }
    let predictor = Predictor(try SyntheticRun.model(tasks: 1, on: device))
    // The first pass finds memory and caches cold.
    _ = predictor.predictions(for: examples, task: 0)
    var times: [Double] = []
    let begin = ContinuousClock.now
    while times.isEmpty || (ContinuousClock.now - begin).seconds < seconds {
      times.append(ContinuousClock().measure { _ = predictor.predictions(for: examples, task: 0) }.seconds)
    }
    let perSecond = Double(tokens * times.count) / times.reduce(0, +)
    let peak = max(peakBefore, device.peak())
    let (latency, floor) = try latencyAlone(precision: device.precision)
    return Result(
      tokensPerSecond: perSecond, rate: perSecond * 2 * SyntheticRun.weights, peak: peak, latency: latency,
      latencyFloor: floor)
  }

  /// How much faster batches are than on one thread.
  ///
  /// - Throws: `DeviceError` when memory is short.
  package static func speedup(on device: Device) throws -> Double {
    let examples = try SyntheticRun.examples(rows: 800, stream: "speedup")
    let alone = Predictor(
      try SyntheticRun.model(tasks: 1, on: Device(threads: 1, precision: device.precision)))
    let together = Predictor(try SyntheticRun.model(tasks: 1, on: device))
    for predictor in [alone, together] { _ = predictor.predictions(for: examples, task: 0) }
    func rate(_ predictor: Predictor) -> Double {
      1 / ContinuousClock().measure { _ = predictor.predictions(for: examples, task: 0) }.seconds
    }
    return Speedup.median(alone: { rate(alone) }, together: { rate(together) })
  }

  private static func latencyAlone(precision: Precision) throws -> (median: Double, floor: Double) {
    let device = try Device(threads: 1, precision: precision)
    let predictor = Predictor(try SyntheticRun.model(tasks: 1, on: device))
    let sentence = try SyntheticRun.examples(
      rows: 1, stream: "latency", lengths: latencyTokens...latencyTokens)
    var times = (0..<300).map { _ in
      ContinuousClock().measure { _ = predictor.predictions(for: sentence, task: 0) }.seconds
    }
    times.sort()
    return (times[times.count / 2], 2 * SyntheticRun.weights * Double(latencyTokens) / device.peak())
  }
}
