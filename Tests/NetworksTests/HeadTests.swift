import Networks
import Randomness
import Tasks
import Tensors
import Testing

@Suite struct HeadTests {
  /// A task as it would come from line 7 of a file.
  static func task(
    _ name: String = "nli", _ type: TaskType = .pairClassification, labels: Int = 3, head: String? = nil,
    sharing headName: String? = nil, _ settings: [(String, Setting.Value)] = []
  ) -> TaskDefinition {
    var task = TaskDefinition(
      name: name, type: type, columns: [:], labels: (0..<labels).map { "class \($0)" })
    task.file = "tasks.json"
    task.line = 7
    task.head = .init(
      type: head, name: headName,
      settings: settings.map {
        Setting(name: $0, value: $1, file: "tasks.json", line: 9, key: "tasks.\(name).head.\($0)")
      })
    return task
  }

  static let configuration = EncoderConfiguration(
    vocabularySize: 20, hiddenSize: 8, layers: 1, attentionHeads: 2)

  /// The parameters of the heads.
  static func parameters(_ tasks: [TaskDefinition]) throws -> [ParameterLayout.Entry] {
    let scope = ParameterScope()
    _ = try MultiTaskNetwork(configuration, tasks: tasks, in: scope)
    return scope.layout.entries.filter { $0.name.hasPrefix("heads.") }
  }

  static func message(_ tasks: [TaskDefinition]) -> String? {
    #expect(throws: TaskFileError.self) { try parameters(tasks) }?.description
  }

  @Test("Heads have the parameters that their types need")
  func shapes() throws {
    let entries = try Self.parameters([
      Self.task("a", .classification), Self.task("b", .similarity, labels: 0), Self.task("c"),
      Self.task("d", .ranking, labels: 0), Self.task("e", head: "san"),
    ])
    #expect(
      entries.map { "\($0.name) \($0.shape)" } == [
        "heads.a.classifier.weight [3, 8]", "heads.a.classifier.bias [3]", "heads.b.classifier.weight [1, 8]",
        "heads.b.classifier.bias [1]", "heads.c.classifier.weight [3, 8]", "heads.c.classifier.bias [3]",
        "heads.d.classifier.weight [1, 8]", "heads.d.classifier.bias [1]", "heads.e.summary.weight [1, 8]",
        "heads.e.attention.weight [8, 8]", "heads.e.gru.input.weight [24, 8]", "heads.e.gru.input.bias [24]",
        "heads.e.gru.state.weight [24, 8]", "heads.e.gru.state.bias [24]",
        "heads.e.classifier.weight [3, 32]",
        "heads.e.classifier.bias [3]",
      ])
    #expect(entries.allSatisfy { $0.decays == !$0.name.hasSuffix("bias") })
  }

  @Test("Tasks that name the same head share its parameters and its outputs")
  func shared() throws {
    let tasks = [
      Self.task("mnli", sharing: "nli", [("dropout", .number(0.2))]), Self.task("other"),
      Self.task("rte", sharing: "nli"), Self.task("snli", sharing: "nli", [("dropout", .number(0.2))]),
    ]
    #expect(
      try Self.parameters(tasks).map(\.name) == [
        "heads.nli.classifier.weight", "heads.nli.classifier.bias", "heads.other.classifier.weight",
        "heads.other.classifier.bias",
      ])
    let mixed = try MixedNetwork(tasks: tasks, device: Device(threads: 1))
    var generator = SplitMix64(seed: 4)
    let sequence = randomSequence(isPair: true, longest: 9, &generator)
    let tape = Tape(parameters: mixed.parameters)
    tape.reset(training: false)
    let batch = PackedBatch((0..<4).map { (task: $0, sequences: [sequence], targets: .none) })
    let outputs = mixed.network.forward(batch, on: tape).map { $0.outputs.array }
    #expect(outputs[0] == outputs[2] && outputs[0] == outputs[3] && outputs[0] != outputs[1])
  }

  @Test("A shared head's gradient is the sum over the tasks that share it")
  func sharedGradient() throws {
    let mixed = try MixedNetwork(
      tasks: [Self.task("a", sharing: "nli"), Self.task("b", sharing: "nli")], device: Device(threads: 1))
    var generator = SplitMix64(seed: 4)
    let sequences = (0..<2).map { _ in randomSequence(isPair: true, longest: 9, &generator) }
    let gradients = try GradientBuffers(layout: mixed.parameters.layout, slots: 3)
    let tape = Tape(parameters: mixed.parameters, gradients: gradients)
    for slots in [[0, 0], [1, 2]] {
      tape.reset(training: true)
      let batch = PackedBatch(
        (0..<2).map { (task: $0, sequences: [sequences[$0]], targets: .classes([Int32($0)])) })
      let losses = mixed.network.forward(batch, slot: { slots[$0] }, on: tape).map {
        mixed.network.loss(of: $0, on: tape)
      }
      tape.backward(from: losses.map { (loss: $0, weight: 1) })
    }
    for entry in mixed.parameters.layout.entries where entry.name.hasPrefix("heads.") {
      let parts = (0..<3).map { gradients.floats(of: entry, slot: $0) }
      for index in 0..<entry.count {
        #expect(abs(parts[0][index] - parts[1][index] - parts[2][index]) < 1e-6)
        #expect(parts[1][index] != 0 && parts[2][index] != 0)
      }
    }
  }

  @Test("Heads that can't be shared, and settings that differ, are refused")
  func sharingRefusals() {
    let expected =
      #"tasks.json:7: tasks.b.head.name: found the head "x" of the task "a", "#
      + "expected a head of a task with the same type, head type, number of labels and range"
    let owner = Self.task("a", sharing: "x")
    #expect(Self.message([owner, Self.task("b", labels: 2, sharing: "x")]) == expected)
    #expect(Self.message([owner, Self.task("b", head: "san", sharing: "x")]) == expected)
    #expect(Self.message([owner, Self.task("b", .classification, sharing: "x")]) == expected)
    var scores = ["a", "b"].map { Self.task($0, .similarity, labels: 0, sharing: "x") }
    scores[0].range = 0...5
    scores[1].range = 0...1
    #expect(Self.message(scores) == expected)
    // A task without a head name has its own name's.
    #expect(
      Self.message([Self.task("x"), Self.task("b", labels: 2, sharing: "x")])
        == expected.replacing(#"task "a""#, with: #"task "x""#))
    #expect(
      Self.message([owner, Self.task("b", sharing: "x", [("dropout", .number(0.5))])])
        == #"tasks.json:9: tasks.b.head.dropout: found 0.5, "#
        + #"expected what the head "x" of the task "a" says, or nothing"#)
  }

  @Test(
    "Settings that a head can't follow are refused with what it expects",
    arguments: [
      ("san", "steps", .number(0), "found 0, expected a whole number from 1 to 32"),
      ("san", "steps", .number(2.5), "found 2.5, expected a whole number from 1 to 32"),
      ("san", "steps", .text("5"), #"found "5", expected a whole number from 1 to 32"#),
      ("san", "predictionDropout", .number(1), "found 1, expected a number from 0 to 0.95"),
      ("linear", "dropout", .number(-0.1), "found -0.1, expected a number from 0 to 0.95"),
      ("linear", "dropout", .flag(true), "found true, expected a number from 0 to 0.95"),
      (
        "linear", "dropuot", .number(0), #"found an unknown setting of the head "linear", expected "dropout""#
      ),
      ("linear", "steps", .number(5), #"found an unknown setting of the head "linear", expected "dropout""#),
      (
        "san", "size", .number(5),
        #"found an unknown setting of the head "san", expected "steps", "dropout" or "predictionDropout""#
      ),
    ] as [(String, String, Setting.Value, String)])
  func settings(head: String, name: String, value: Setting.Value, problem: String) {
    let message = Self.message([Self.task(head: head, [(name, value)])])
    #expect(message == "tasks.json:9: tasks.nli.head.\(name): \(problem)")
  }

  @Test("Heads and task types that do not exist are refused with those that do")
  func unknownHeads() {
    #expect(
      Self.message([Self.task(head: "sam")])
        == #"tasks.json:7: tasks.nli.head.type: found "sam", expected "linear" or "san""#)
    #expect(
      Self.message([Self.task("topic", .classification, head: "san")])
        == #"tasks.json:7: tasks.topic.head.type: found "san", expected "linear""#)
    let other = TaskType(name: "tagging", columns: [], target: .label, defaultMetrics: [])
    #expect(
      Self.message([Self.task("tags", other)])
        == #"tasks.json:7: tasks.tags.type: found "tagging", expected a task type that has a head"#)
  }
}
