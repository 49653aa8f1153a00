import Foundation
import Networks
import Randomness
import Tasks
import Tensors
import Tokenization

/// Times whole training steps of an encoder of MiniLM's shape on made data: batch preparation, forward, backward and
/// optimizer, on shuffled sentences of 24 tokens on average.
public enum TrainingBenchmark {
  public struct Result: Sendable {
    public let batch: String
    public let tokensPerSecond: Double
    /// Floating-point operations a second: 6 a token and weight of the encoder's layers.
    public let rate: Double
    public let peak: Double
    /// The most memory that the process has held.
    public let memoryBytes: Int
    /// Steps that were timed.
    public let steps: Int
    /// Where their time went; nil when it was not asked for.
    public let profile: StepProfile?

    public var share: Double { rate / peak }
  }

  /// - Parameters:
  ///   - seconds: how long steps are timed, after some that are not.
  ///   - profiles: whether to time the parts of steps as well.
  /// - Throws: `DeviceError` when memory is short.
  public static func run(
    batchSize: SamplingOptions.BatchSize, on device: Device, seconds: Double = 15, profiles: Bool = false
  ) throws -> Result {
    var configuration = EncoderConfiguration(vocabularySize: 30_522)
    configuration.hiddenSize = 384
    configuration.layers = 6
    configuration.attentionHeads = 12
    configuration.feedForwardSize = 1536
    configuration.maximumLength = 512
    let peakBefore = device.peak()
    var options = TrainingOptions()
    options.batchSize = batchSize
    options.epochs = 1
    let specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let model = try Model(
      configuration: configuration,
      tokenizer: Tokenizer(vocabulary: Vocabulary(tokens: specialTokens), lowercases: true),
      tasks: [task], device: device)
    model.parameters.initialize(seed: 1)
    let examples = examples(vocabularySize: configuration.vocabularySize)
    let trainer = try Trainer(
      model, data: TrainingData(train: [examples], dev: [nil]), options: options)
    var tokens = 0
    var time = 0.0
    var steps = 0
    let begin = ContinuousClock.now
    _ = try trainer.run(
      shouldStop: { (ContinuousClock.now - begin).seconds > seconds },
      report: { event in
        guard case .stepped(let step) = event else { return }
        if step.step == untimedSteps && profiles { trainer.tape.profile = StepProfile() }
        guard step.step > untimedSteps else { return }
        steps += 1
        tokens += step.tokens
        time += step.seconds
      })
    let hidden = configuration.hiddenSize
    let weights = configuration.layers * (4 * hidden * hidden + 2 * hidden * configuration.feedForwardSize)
    let perSecond = Double(tokens) / time
    let name =
      switch batchSize {
      case .examples(let count): "\(count) sentences"
      case .tokens(let count): "\(count) tokens"
      }
    return Result(
      batch: name, tokensPerSecond: perSecond, rate: perSecond * 6 * Double(weights),
      peak: max(peakBefore, device.peak()), memoryBytes: peakResidentBytes,
      steps: steps, profile: trainer.tape.profile)
  }

  /// The first steps, which find memory and caches cold.
  private static let untimedSteps = 3

  private static var task: TaskDefinition {
    TaskDefinition(
      name: "benchmark", type: .classification, columns: [.text: .number(0), .label: .number(1)],
      labels: ["no", "yes"])
  }

  /// More sentences than the timed seconds get through.
  private static func examples(vocabularySize: Int) -> Examples {
    var builder = ExampleBuilder(
      type: .classification, isLabelled: true, encoder: RandomEncoder(vocabularySize: vocabularySize),
      maximumLength: 64)
    for row in 0..<40_000 {
      builder.append("\(row)", target: .label(Int32(row % 2)), row: row, line: row + 1)
    }
    return builder.finish()
  }

  /// Tokens drawn at random, 8 to 40 of them, always the same for the same text.
  private struct RandomEncoder: TextEncoder {
    let vocabularySize: Int

    func encode(_ text: String, _ pair: String?, maximumLength: Int) -> TextEncoding {
      var generator = SplitMix64(seed: 1, stream: text)
      let count = 8 + Int(generator.next() % 33)
      return TextEncoding(
        ids: (0..<count).map { _ in Int32(generator.next() % UInt64(vocabularySize)) },
        segments: [Int32](repeating: 0, count: count), pairStart: count, isTruncated: false)
    }
  }

  private static var peakResidentBytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }
}
