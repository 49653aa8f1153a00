import Networks
import Tasks
import Tensors
import Testing
import Tokenization
import Training

/// A small model with a task for every head; two tasks share one.
enum TestModel {
  static let tokens = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "lamp", "##s", "glow", "dim", ",", "è",
  ]

  /// - Parameter sharing: experts on the pooled state are not for heads that read tokens.
  static func tasks(sharing: SharingDefinition = .hard) -> [TaskDefinition] {
    let isPooled = sharing.spelling.contains("pooled")
    func task(
      _ name: String, _ type: TaskType, labels: [String] = [], head: TaskDefinition.Head = .init()
    ) -> TaskDefinition {
      let columns = type.columns.filter(\.isRequired).map { ($0.use, ColumnReference.name($0.name)) }
      var task = TaskDefinition(
        name: name, type: type, columns: Dictionary(uniqueKeysWithValues: columns), labels: labels,
        range: type.target == .score ? 0...5 : nil)
      task.head = head
      return task
    }
    return [
      task("topic", .classification, labels: ["day", "night", "dusk"]), task("closeness", .similarity),
      task("paraphrase", .pairClassification, labels: ["no", "yes"]),
      task(
        "entailment", .pairClassification, labels: ["a", "b", "c"],
        head: .init(
          type: isPooled ? nil : "san", name: "nli",
          settings: (isPooled ? [] : [.init(name: "steps", value: .number(3))])
            + [.init(name: "dropout", value: .number(0.2))])),
      task(
        "inference", .pairClassification, labels: ["x", "y", "z"],
        head: .init(type: isPooled ? nil : "san", name: "nli")),
      task("answers", .ranking),
    ]
  }

  static let configuration = EncoderConfiguration(
    vocabularySize: 16, hiddenSize: 24, layers: 2, attentionHeads: 3, feedForwardSize: 40,
    activation: .geluTanh, dropout: 0.15, maximumLength: 30, layerNormEpsilon: 1e-7)

  static func make(
    tasks: [TaskDefinition]? = nil, sharing: SharingDefinition = .hard, dropout: Float? = nil,
    seed: UInt64 = 3, lowercases: Bool = false, precision: Precision = .float32, threads: Int = 1
  ) throws -> Model {
    var configuration = configuration
    if let dropout {
      configuration.dropout = dropout
      configuration.attentionDropout = dropout
    }
    let model = try Model(
      configuration: configuration,
      tokenizer: Tokenizer(vocabulary: Vocabulary(tokens: tokens), lowercases: lowercases),
      tasks: tasks ?? self.tasks(sharing: sharing),
      sharing: sharing, device: Device(threads: threads, precision: precision))
    model.parameters.initialize(seed: seed)
    return model
  }

  /// The outputs of every task for a text and a pair.
  static func outputs(of model: Model) -> [[Float]] {
    let batch = PackedBatch(
      model.tasks.enumerated().map { index, task in
        let encoding =
          task.type.isPaired
          ? model.tokenizer.encode("The lamps glow", "lamps, dim") : model.tokenizer.encode("è lamp")
        return (task: index, sequences: [(ids: encoding.ids, segments: encoding.segments)], targets: .none)
      })
    let tape = Tape(parameters: model.parameters)
    tape.reset(training: false)
    return model.network.forward(batch, on: tape).map { Array(model.network.predictions(of: $0).joined()) }
  }
}
