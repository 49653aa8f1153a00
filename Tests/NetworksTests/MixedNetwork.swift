import Networks
import Randomness
import Tasks
import Tensors

/// A small network with a task for every head, and batches of random sequences for it.
struct MixedNetwork {
  let network: MultiTaskNetwork
  let parameters: ParameterStore

  static let vocabularySize = 100

  static let tasks: [TaskDefinition] = {
    func task(_ name: String, _ type: TaskType, labels: Int = 0, head: String? = nil) -> TaskDefinition {
      var task = TaskDefinition(
        name: name, type: type, columns: [:], labels: (0..<labels).map { "class \($0)" })
      task.head.type = head
      return task
    }
    return [
      task("topic", .classification, labels: 4), task("closeness", .similarity),
      task("paraphrase", .pairClassification, labels: 2),
      task("entailment", .pairClassification, labels: 3, head: "san"), task("answers", .ranking),
      task("subjects", .multiLabel, labels: 3),
      // Those that read states of tokens.
      task("entities", .tokenLabelling, labels: 3), task("places", .spanExtraction),
      task("words", .maskedLanguageModelling),
    ]
  }()

  init(
    tasks: [TaskDefinition] = Self.tasks, dropout: Float = 0, deviation: Float = 0.1,
    feedForwardSize: Int = 96, sharing: SharingDefinition = .hard, device: Device
  ) throws {
    let configuration = EncoderConfiguration(
      vocabularySize: Self.vocabularySize, hiddenSize: 48, layers: 2, attentionHeads: 4,
      feedForwardSize: feedForwardSize, dropout: dropout, attentionDropout: dropout, maximumLength: 80,
      initializerDeviation: deviation)
    let scope = ParameterScope()
    network = try MultiTaskNetwork(configuration, tasks: tasks, sharing: sharing, in: scope)
    parameters = try ParameterStore(layout: scope.layout, device: device)
    parameters.initialize(seed: 5)
  }
}

typealias TokenSequence = (ids: [Int32], segments: [Int32])

/// Random sequences: [CLS] text [SEP], and for a pair a second text and its [SEP].
func randomSequence(isPair: Bool, longest: Int, _ generator: inout SplitMix64) -> TokenSequence {
  func text() -> [Int32] {
    let count = 1 + Int(generator.next() % UInt64(longest))
    return (0..<count).map { _ in Int32(4 + generator.next() % UInt64(MixedNetwork.vocabularySize - 4)) }
  }
  let first = [2] + text() + [3]
  let second = isPair ? text() + [3] : []
  return (
    first + second,
    [Int32](repeating: 0, count: first.count) + [Int32](repeating: 1, count: second.count)
  )
}

/// `count` sequences for each of `MixedNetwork.tasks`.
func randomSequences(count: Int, longest: Int, seed: UInt64) -> [[TokenSequence]] {
  var generator = SplitMix64(seed: seed)
  return MixedNetwork.tasks.map { task in
    (0..<count).map { _ in randomSequence(isPair: task.type.isPaired, longest: longest, &generator) }
  }
}

extension PackedBatch {
  /// Four sequences of each task with targets: of all tasks of `MixedNetwork`, or of those whose outputs are for whole texts.
  init(trained sequences: [[TokenSequence]]) {
    var targets: [Targets] = [
      .classes([0, 1, 2, 3]), .scores([0.5, 3, -1, 2]), .classes([0, 1, 1, 0]), .classes([2, 0, 1, 1]),
      .relevance(gains: [0, 2, 1, 0], queryStarts: [0, 2, 4]),
      .labelSets(IntegerLists([[0], [], [1, 2], [0, 2]])),
    ]
    if sequences.count > targets.count {
      targets.append(.classes(sequences[6].flatMap(\.ids).indices.map { Int32($0 % 3) }))
      // The first token of each sequence is where its answer begins, the second where it ends.
      let starts = sequences[7].reduce(into: [Int32(0)]) {
        $0.append($0[$0.count - 1] + Int32($1.ids.count))
      }
      targets.append(
        .answers(
          firsts: Array(starts.dropLast()), lasts: starts.dropLast().map { $0 + 1 }, starts: starts))
    }
    if sequences.count > targets.count { targets.append(.classes(sequences[8].flatMap(\.ids))) }
    self.init(sequences.indices.map { (task: $0, sequences: sequences[$0], targets: targets[$0]) })
  }
}
