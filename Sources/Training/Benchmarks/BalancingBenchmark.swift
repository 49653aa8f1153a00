import Balancing
import Tasks
import Tensors

/// Times training steps with aggregation of four tasks' gradients beside steps of the plain weighted sum, with 512 tokens a
/// task and step.
package enum BalancingBenchmark {
  package struct Result: Sendable {
    package let method: String
    /// Whether each task's rows went through the encoder in a pass of their own, as is usual elsewhere.
    package let hasPassATask: Bool
    package let secondsAToken: Double
    /// Time for a token beside that of the weighted sum, measured just before and after.
    package let ratio: Double
    /// Bytes of the tasks' gradients.
    package let gradientBytes: Int
  }

  package static let tasks = 4
  package static let tokensATask = 512
  package static let methods = [
    PCGrad.name, MGDA<UnscaledGradients>.name, CAGrad.name, NashMTL.name, UPGrad.name,
  ]

  /// - Parameters:
  ///   - method: the name of an aggregation, or `sum`.
  ///   - hasPassATask: whether tasks go through the encoder one after the other.
  ///   - seconds: for the method, and for the sum.
  /// - Throws: `DeviceError` when memory is short.
  package static func run(
    _ method: String, hasPassATask: Bool, on device: Device, seconds: Double = 8
  ) throws -> Result {
    let before = try time(TrainingOptions.sum, hasPassATask: false, on: device, seconds: seconds / 2)
    let own = try time(method, hasPassATask: hasPassATask, on: device, seconds: seconds)
    let after = try time(TrainingOptions.sum, hasPassATask: false, on: device, seconds: seconds / 2)
    return Result(
      method: method, hasPassATask: hasPassATask, secondsAToken: own.seconds,
      ratio: 2 * own.seconds / (before.seconds + after.seconds), gradientBytes: own.bytes)
  }

  private static func time(
    _ method: String, hasPassATask: Bool, on device: Device, seconds: Double
  ) throws -> (seconds: Double, bytes: Int) {
    var options = TrainingOptions()
    options.aggregation = method
    options.shares = .uniform
    options.gradientLogInterval = 0
    options.epochs = 1
    options.round = 1
    options.mixing = hasPassATask ? .batches : .rows
    options.batchSize = .tokens(hasPassATask ? tokensATask : tasks * tokensATask)
    let run = try SyntheticRun(tasks: tasks, options: options, on: device)
    let measured = try run.measure(seconds: seconds)
    return (measured.seconds / Double(max(measured.tokens, 1)), run.gradientBytes)
  }
}
