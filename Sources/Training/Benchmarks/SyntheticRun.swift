import Networks
import Randomness
import Tasks
import Tensors
import Tokenization

/// A training run of an encoder of MiniLM's shape on made data: shuffled sentences of 24 tokens on average, always the same.
struct SyntheticRun {
  private let trainer: Trainer

  /// What some seconds of steps came to, which begin after the first ones: those find memory and caches cold.
  struct Measurement {
    var steps = 0
    var tokens = 0
    var seconds = 0.0
  }

  /// - Parameter tasks: how many; each has sentences of its own, and classifies them.
  init(tasks: Int, options: TrainingOptions, on device: Device) throws {
    let model = try Self.model(tasks: tasks, on: device)
    let train = try (0..<tasks).map { try Self.examples(rows: 40_000 / tasks, stream: "\($0)") }
    trainer = try Trainer(
      model, data: TrainingData(train: train, dev: train.map { _ in nil }), options: options)
  }

  /// With random parameters, and tasks of two classes.
  static func model(tasks: Int, on device: Device) throws -> Model {
    let specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let definitions = (0..<tasks).map { number in
      TaskDefinition(
        name: "task\(number + 1)", type: .classification, columns: [.text: .number(0), .label: .number(1)],
        labels: ["no", "yes"])
    }
    let model = try Model(
      configuration: configuration,
      tokenizer: Tokenizer(vocabulary: Vocabulary(tokens: specialTokens), lowercases: true),
      tasks: definitions, device: device)
    model.parameters.initialize(seed: 1)
    return model
  }

  static var configuration: EncoderConfiguration {
    var configuration = EncoderConfiguration(vocabularySize: 30_522)
    configuration.hiddenSize = 384
    configuration.layers = 6
    configuration.attentionHeads = 12
    configuration.feedForwardSize = 1536
    configuration.maximumLength = 512
    return configuration
  }

  /// Weights of the encoder's layers. Each costs 6 floating-point operations a token in training, and 2 in prediction.
  static var weights: Double {
    let hidden = configuration.hiddenSize
    return Double(configuration.layers * (4 * hidden * hidden + 2 * hidden * configuration.feedForwardSize))
  }

  private static let untimedSteps = 3

  /// Goes on with the run for so many seconds.
  func measure(seconds: Double, profiles: Bool = false) throws -> Measurement {
    var result = Measurement()
    var seen = 0
    var begin = ContinuousClock.now
    _ = try trainer.run(
      shouldStop: { seen > Self.untimedSteps && (ContinuousClock.now - begin).seconds > seconds },
      report: { event in
        guard case .stepped(let step) = event else { return }
        seen += 1
        if seen == Self.untimedSteps {
          begin = ContinuousClock.now
          if profiles { trainer.passes.tape.profile = StepProfile() }
        }
        guard seen > Self.untimedSteps else { return }
        result.steps += 1
        result.tokens += step.tokens
        result.seconds += step.seconds
      })
    return result
  }

  var profile: StepProfile? { trainer.passes.tape.profile }

  /// Bytes of gradients, and of running averages of them.
  var gradientBytes: Int {
    let slots = trainer.passes.gradients.slotCount + (trainer.balance.averages?.slotCount ?? 0)
    return slots * trainer.model.parameters.layout.count * 4
  }

  /// Sentences of 8 to 40 tokens, or of other lengths.
  static func examples(rows: Int, stream: String, lengths: ClosedRange<Int> = 8...40) throws -> Examples {
    var builder = ExampleBuilder(
      type: .classification, isLabelled: true,
      encoder: RandomEncoder(vocabularySize: configuration.vocabularySize, lengths: lengths),
      maximumLength: 64)
    for row in 0..<rows {
      try builder.append("\(stream)-\(row)", target: .label(Int32(row % 2)), row: row, line: row + 1)
    }
    return builder.finish()
  }

  /// Tokens drawn at random, always the same for the same text.
  private struct RandomEncoder: TextEncoder {
    let vocabularySize: Int
    let lengths: ClosedRange<Int>

    func encode(_ text: String, _ pair: String?, maximumLength: Int, tracing: Bool) -> Encoding {
      var generator = SplitMix64(seed: 1, stream: text)
      let count = lengths.lowerBound + Int(generator.next() % UInt64(lengths.count))
      return Encoding(
        ids: (0..<count).map { _ in Int32(generator.next() % UInt64(vocabularySize)) },
        segments: [Int32](repeating: 0, count: count), pairStart: count, isTruncated: false)
    }
  }
}
