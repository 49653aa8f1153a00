import Foundation
import Tasks
import Tensors

/// Times whole training steps of one task: batch preparation, forward, backward and optimizer.
package enum TrainingBenchmark {
  package struct Result: Sendable {
    package let batch: String
    package let tokensPerSecond: Double
    /// Floating-point operations a second: 6 a token and weight of the encoder's layers.
    package let rate: Double
    package let peak: Double
    /// The most memory that the process has held.
    package let memoryBytes: Int
    /// Steps that were timed.
    package let steps: Int
    /// Where their time went; nil when it was not asked for.
    package let profile: StepProfile?

    package var share: Double { rate / peak }
  }

  /// - Parameters:
  ///   - seconds: how long steps are timed.
  ///   - profiles: whether to time the parts of steps as well.
  /// - Throws: `DeviceError` when memory is short.
  package static func run(
    batchSize: SamplingOptions.BatchSize, on device: Device, seconds: Double = 15, profiles: Bool = false
  ) throws -> Result {
    let peakBefore = device.peak()
    let run = try syntheticRun(batchSize, on: device)
    let measured = try run.measure(seconds: seconds, profiles: profiles)
    let perSecond = Double(measured.tokens) / measured.seconds
    let name =
      switch batchSize {
      case .examples(let count): "\(count) sentences"
      case .tokens(let count): "\(count) tokens"
      }
    return Result(
      batch: name, tokensPerSecond: perSecond, rate: perSecond * 6 * SyntheticRun.weights,
      peak: max(peakBefore, device.peak()), memoryBytes: peakResidentBytes, steps: measured.steps,
      profile: run.profile)
  }

  /// How much faster steps are than on one thread.
  ///
  /// - Parameter seconds: of each of some turns on either.
  /// - Throws: `DeviceError` when memory is short.
  package static func speedup(
    batchSize: SamplingOptions.BatchSize, on device: Device, seconds: Double = 2
  ) throws -> Double {
    let alone = try syntheticRun(batchSize, on: Device(threads: 1, precision: device.precision))
    let together = try syntheticRun(batchSize, on: device)
    func rate(_ run: SyntheticRun) throws -> Double {
      let measured = try run.measure(seconds: seconds)
      return Double(measured.tokens) / measured.seconds
    }
    return try Speedup.median(alone: { try rate(alone) }, together: { try rate(together) })
  }

  private static func syntheticRun(_ batchSize: SamplingOptions.BatchSize, on device: Device) throws
    -> SyntheticRun
  {
    var options = TrainingOptions()
    options.batchSize = batchSize
    options.epochs = 1
    return try SyntheticRun(tasks: 1, options: options, on: device)
  }

  private static var peakResidentBytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
      // The system fills in the structure.
      unsafe getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      // The system fills in the structure.
      unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }
}
