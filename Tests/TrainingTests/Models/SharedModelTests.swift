import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// Models whose tasks share the encoder in other ways than all of it: where their parameters come from and go to.
@Suite struct SharedModelTests {
  static let sharings: [String] = [
    "hard:trunk=1", "soft", "cross-stitch", "attention", "mmoe", "mmoe:place=pooled", "cgc",
    "cgc:place=pooled", "ple", "ple:place=pooled", "paths", "hierarchy:levels=topic:1;closeness:1",
    "hierarchy:levels=topic:1,inputs=paraphrase:topic;entailment:paraphrase;answers:closeness", "adapters",
    "adapters:kind=low-rank", groups,
  ]

  static let groups: String = "groups:of=topic:a;closeness:a;paraphrase:b;entailment:b;inference:b;answers:c"

  static func definition(_ spelling: String) throws -> SharingDefinition {
    try #require(SharingDefinition(spelling: spelling))
  }

  /// With values everywhere, biases, gates and what starts as zero too.
  static func filled(_ spelling: String) throws -> Model {
    let model = try TestModel.make(sharing: definition(spelling))
    for entry in model.parameters.layout.entries {
      let floats = model.parameters.floats(of: entry)
      for index in floats.indices { floats[index] += Float(sin(Double(index + entry.offset))) * 0.05 }
    }
    model.parameters.pack()
    return model
  }

  @Test("A model is read back as it was written, and predicts the same", arguments: sharings)
  func roundTrip(_ spelling: String) throws {
    let model = try Self.filled(spelling)
    try ModelFolderTests.withFolder(model) { folder in
      let description = try ModelFolder(folder)
      #expect(try description.sharing == Self.definition(spelling))
      let again = try description.model(on: Device(threads: 1))
      #expect(again.parameters.layout.entries == model.parameters.layout.entries)
      for entry in model.parameters.layout.entries {
        #expect(again.parameters[entry.name] == model.parameters[entry.name], "\(entry.name)")
      }
      #expect(TestModel.outputs(of: again) == TestModel.outputs(of: model))
      #expect(throws: ModelError.self) {
        _ = try description.encoderModel(on: Device(threads: 1), requiresPooler: false)
      }
      // A file that lacks a copy is not complete, though the original may be there.
      try ModelFolderTests.rewriteTensors(in: folder) { tensors in
        tensors.removeAll { $0.name.hasPrefix("own.topic.") || $0.name.hasPrefix("sharing.") }
      }
      #expect(throws: (any Error).self) { _ = try description.model(on: Device(threads: 1)) }
    }
  }

  @Test("A task's predictions don't depend on what else is in the batch", arguments: sharings)
  func independence(_ spelling: String) throws {
    let model = try Self.filled(spelling)
    let together = TestModel.outputs(of: model)
    for (index, task) in model.tasks.enumerated() {
      let encoding =
        task.type.isPaired
        ? model.tokenizer.encode("The lamps glow", "lamps, dim") : model.tokenizer.encode("è lamp")
      let tape = Tape(parameters: model.parameters)
      tape.reset(training: false)
      let sequence = (ids: encoding.ids, segments: encoding.segments)
      // Twice, as two parts may never be.
      let batch = PackedBatch([(task: index, sequences: [sequence, sequence], targets: .none)])
      let alone = model.network.forward(batch, on: tape).map {
        Array(model.network.predictions(of: $0).joined())
      }[0]
      #expect(relativeDifference(alone[..<(alone.count / 2)], together[index]) < 1e-5, "\(task.name)")
      #expect(relativeDifference(alone[(alone.count / 2)...], together[index]) < 1e-5, "\(task.name)")
    }
  }

  @Test("Asked for several tasks at once, a model answers as it does for each", arguments: sharings)
  func severalTasks(_ spelling: String) throws {
    let model = try Self.filled(spelling)
    let names = ["topic", "entailment", "paraphrase"]
    let texts = [InputText("the lamps", pair: "glow"), InputText("dim", pair: "lamp the")]
    let together = try TextPredictor(model, tasks: names).allPredictions(for: texts)
    for (name, predictions) in zip(names, together) {
      #expect(try TextPredictor(model, task: name).predictions(for: texts) == predictions)
    }
  }

  @Test("An encoder that is there goes into every copy of its parts", arguments: sharings)
  func pretrained(_ spelling: String) throws {
    let encoder = try TestModel.make(tasks: [], seed: 9)
    try ModelFolderTests.withFolder(encoder, withTasks: false) { folder in
      let (model, report) = try ModelFolder(folder).modelForTraining(
        TestModel.tasks(sharing: Self.definition(spelling)), sharing: Self.definition(spelling), seed: 1,
        device: Device(threads: 1))
      var copies: Set<String> = []
      for entry in model.parameters.layout.entries {
        let origin = entry.origin ?? entry.name
        guard let expected = encoder.parameters[origin] else { continue }
        #expect(model.parameters[entry.name] == expected, "\(entry.name)")
        copies.insert(origin)
      }
      // Nothing of the encoder is left over, but what a way of sharing has no use for.
      for entry in encoder.parameters.layout.entries { #expect(copies.contains(entry.name), "\(entry.name)") }
      #expect(report.unused == [])
      #expect(report.missing.allSatisfy { encoder.parameters[$0] == nil })
    }
  }

  @Test("Before training, towers, experts and adapters leave an encoder what it was")
  func start() throws {
    let encoder = try TestModel.make(tasks: [], seed: 9)
    try ModelFolderTests.withFolder(encoder, withTasks: false) { folder in
      func outputs(_ spelling: String) throws -> [Float] {
        let (model, _) = try ModelFolder(folder).modelForTraining(
          TestModel.tasks(), sharing: Self.definition(spelling), seed: 1, device: Device(threads: 1))
        return TestModel.outputs(of: model).flatMap { $0 }
      }
      let expected = try outputs("hard")
      for spelling in [
        "hard:trunk=1", "soft", "cross-stitch", "attention", "mmoe", "cgc", "ple", "paths", "adapters",
        Self.groups,
      ] {
        #expect(relativeDifference(try outputs(spelling), expected) < 1e-4, "\(spelling)")
      }
    }
  }

  @Test(
    "A task is cut out as a plain model that predicts the same",
    arguments: [
      "hard", "hard:trunk=1", "soft", "paths", groups, "adapters:kind=low-rank",
      "adapters:kind=low-rank,size=3,scale=7", "hierarchy:levels=topic:1;closeness:1",
    ])
  func extraction(_ spelling: String) throws {
    let model = try Self.filled(spelling)
    let outputs = TestModel.outputs(of: model)
    for (index, task) in model.tasks.enumerated() where task.head.name == nil || index == 3 {
      let alone = try model.extracted(task: task.name)
      #expect(alone.sharing == .hard && alone.tasks.map(\.name) == [task.name])
      #expect(relativeDifference(TestModel.outputs(of: alone)[0], outputs[index]) < 1e-5, "\(task.name)")
    }
    #expect(throws: ModelError.self) { _ = try model.extracted(task: "nothing") }
  }

  @Test(
    "Where a task has no plain encoder, that is said with the reason",
    arguments: [
      ("cross-stitch", "in 'cross-stitch' the states of a task are more than a plain encoder makes"),
      ("attention", "in 'attention'"), ("mmoe", "in 'mmoe'"), ("mmoe:place=pooled", "in 'mmoe'"),
      ("cgc", "in 'cgc'"), ("ple", "in 'ple'"), ("adapters", "its bottlenecks stand inside the layers"),
      ("hierarchy:inputs=topic:closeness", "it takes the output of 'closeness'"),
    ])
  func noExtraction(spelling: String, reason: String) throws {
    let model = try Self.filled(spelling)
    let error = #expect(throws: ModelError.self) { _ = try model.extracted(task: "topic") }
    #expect(
      error?.description.hasPrefix("there is no plain encoder of the task 'topic' to cut out: \(reason)")
        == true)
    // One that takes nothing has one all the same.
    if spelling.hasPrefix("hierarchy") { _ = try model.extracted(task: "closeness") }
  }

  @Test("A task that reads a lower layer is cut out without those above")
  func extractedLayers() throws {
    let model = try Self.filled("hierarchy:levels=topic:1")
    #expect(try model.extracted(task: "topic").configuration.layers == 1)
    #expect(try model.extracted(task: "closeness").configuration.layers == 2)
  }

  @Test("What a task takes from another shows in its predictions, and orders without a beginning are refused")
  func inputs() throws {
    let with = try Self.filled("hierarchy:inputs=entailment:topic")
    let before = TestModel.outputs(of: with)
    let map = try #require(with.parameters.layout.entries.first { $0.name == "own.entailment.input.weight" })
    with.parameters.floats(of: map).update(repeating: 0.3)
    for (index, value) in with.parameters.floats(of: map).indices.enumerated() where index % 2 == 0 {
      with.parameters.floats(of: map)[value] = -0.3
    }
    with.parameters.pack()
    let after = TestModel.outputs(of: with)
    for (index, task) in with.tasks.enumerated() {
      #expect((before[index] == after[index]) == (task.name != "entailment"), "\(task.name)")
    }
    for (spelling, expected) in [
      ("hierarchy:inputs=topic:closeness;closeness:answers;answers:topic", "a circle: topic takes closeness"),
      ("hierarchy:inputs=topic:topic", "a circle: topic takes topic"),
      ("hierarchy:levels=topic:1,inputs=topic:closeness", "whose layer is not above"),
      ("hierarchy:inputs=topic:else", "the task \"else\""), ("hierarchy:levels=topic:3", "from 1 to 2"),
    ] {
      let error = try #require(throws: TaskFileError.self) {
        _ = try TestModel.make(sharing: Self.definition(spelling))
      }
      #expect("\(error)".contains(expected), "\(error)")
    }
  }

  @Test(
    "Copies of frozen layers are frozen, and what is added to them is not",
    arguments: [
      ("hard", 0, ["heads.", "encoder."]), ("hard:trunk=0", 1, ["heads.", "own.*.layer.1", "own.*.pooler"]),
      (
        "cross-stitch", 1,
        [
          "heads.", "sharing.tower.*.layer.1", "sharing.tower.*.layer.0.stitch", "own.*.layer.1.stitch",
          "own.*.pooler",
        ]
      ),
      ("mmoe:from=0", 1, ["heads.", "own.*.gate", "encoder.layer.1", "sharing.layer.1", "encoder.pooler"]),
      ("adapters", 2, ["heads.", "own.*.adapter", "own.*.pooler"]),
      ("adapters:trunk=frozen", 0, ["heads.", "own.*.adapter", "own.*.pooler"]),
    ])
  func freezing(spelling: String, layers: Int, trained: [String]) throws {
    let model = try TestModel.make(sharing: Self.definition(spelling))
    var options = TrainingOptions()
    options.frozenLayers = layers
    model.freeze(as: options)
    var met: Set<String> = []
    for (entry, isTrainable) in zip(model.parameters.layout.entries, model.parameters.isTrainable) {
      let pattern = trained.first { pattern in
        let ends = pattern.components(separatedBy: "*")
        return entry.name.hasPrefix(ends[0]) && (ends.count == 1 || entry.name.contains(ends[1]))
      }
      #expect(isTrainable == (pattern != nil), "\(entry.name)")
      if let pattern { met.insert(pattern) }
    }
    #expect(met == Set(trained))
  }

  /// Sizes of `TestModel`, from which figures are put together by hand.
  private enum Size {
    static let hidden = Double(TestModel.configuration.hiddenSize)
    static let inner = Double(TestModel.configuration.feedForwardSize)
    static let length = Double(min(TaskFigures.textLength, TestModel.configuration.maximumLength))

    // Operations a token, and of the pooled state, of which a text has one.
    static let attention = 8 * hidden * hidden + 4 * length * hidden
    static let feedForward = 4 * hidden * inner
    static let layer = attention + feedForward
    static let dense = 2 * hidden * hidden / length
    static func linear(_ inputs: Double, _ outputs: Double) -> Double { 2 * inputs * outputs }
    /// Pooler and a head of three classes.
    static let top = dense + 6 * hidden / length

    // Parameters.
    static let lexicon =
      Double(TestModel.configuration.vocabularySize + TestModel.configuration.maximumLength + 4) * hidden
    static let block = 2 * hidden * inner + inner + hidden
    static let layerParameters = 4 * hidden * hidden + 8 * hidden + block
    static let pooler = hidden * hidden + hidden
    static let encoder = lexicon + 2 * layerParameters + pooler
    static let head = 3 * hidden + 3
  }

  private struct Figures: Sendable {
    let sharing: String
    /// Of the first of six tasks.
    let operations: Double
    let own: Double
    let shared: Double
  }

  private static let expectedFigures: [Figures] = {
    typealias S = Size
    let h = S.hidden
    let plain = 2 * S.layer + S.top
    return [
      Figures(sharing: "hard", operations: plain, own: S.head, shared: S.encoder),
      Figures(
        sharing: "hard:trunk=1", operations: plain, own: S.head + S.layerParameters + S.pooler,
        shared: S.lexicon + S.layerParameters),
      Figures(
        sharing: "soft", operations: plain, own: S.head + 2 * S.layerParameters + S.pooler,
        shared: S.lexicon),
      // Six towers; six weights a tower after the first layer, after the last those of the task alone.
      Figures(
        sharing: "cross-stitch", operations: 12 * S.layer + S.top, own: S.head + S.pooler + 6,
        shared: S.lexicon + 12 * S.layerParameters + 36),
      Figures(
        sharing: "attention", operations: 12 * S.layer + 7 * S.linear(6 * h, 6) + S.top,
        own: S.head + S.pooler + 36 * h + 6,
        shared: S.lexicon + 12 * S.layerParameters + 6 * (36 * h + 6)),
      Figures(
        sharing: "mmoe", operations: plain + 3 * S.feedForward + S.linear(h, 4), own: S.head + 4 * h,
        shared: S.encoder + 3 * S.block),
      Figures(
        sharing: "mmoe:place=pooled", operations: plain + 4 * S.dense + S.linear(h, 4) / S.length,
        own: S.head + 4 * h, shared: S.encoder + 4 * S.pooler),
      Figures(
        sharing: "cgc", operations: plain + 2 * S.feedForward + S.linear(h, 3),
        own: S.head + S.block + 3 * h, shared: S.encoder + S.block),
      Figures(
        sharing: "cgc:place=pooled", operations: plain + 3 * S.dense + S.linear(h, 3) / S.length,
        own: S.head + S.pooler + 3 * h, shared: S.encoder + 2 * S.pooler),
      // The first level has an expert a task and a shared one, six gates over two and one over all; in the second the
      // streams of the task and of all go through one expert each.
      Figures(
        sharing: "ple",
        operations: 3 * S.attention + 9 * S.feedForward + 7 * S.linear(h, 2) + S.linear(h, 7) + S.top,
        own: S.head + S.block + 4 * h, shared: S.encoder + 6 * S.block + 7 * h),
      Figures(
        sharing: "ple:place=pooled",
        operations: plain + 9 * S.dense + (7 * S.linear(h, 2) + S.linear(h, 7)) / S.length,
        own: S.head + S.pooler + 4 * h, shared: S.encoder + 8 * S.pooler + 7 * h),
      Figures(sharing: "paths", operations: plain, own: S.head + 2 * S.block + 4, shared: S.encoder),
      Figures(
        sharing: "hierarchy:levels=topic:1", operations: S.layer + S.top, own: S.head,
        shared: S.encoder + S.pooler),
      // Another task's pooler and head, on a lower layer, and the map of its three classes.
      Figures(
        sharing: "hierarchy:levels=entailment:1,inputs=topic:paraphrase",
        operations: plain + (S.linear(h, 2) + S.linear(2, h)) / S.length, own: S.head + 2 * h,
        shared: S.encoder + S.pooler),
      Figures(
        sharing: "adapters:size=5", operations: plain + 4 * (S.linear(h, 5) + S.linear(5, h)),
        own: S.head + S.pooler + 4 * (10 * h + 5 + h), shared: S.encoder - S.pooler),
      Figures(
        sharing: "adapters:kind=low-rank", operations: plain + 4 * (S.linear(h, 8) + S.linear(8, h)),
        own: S.head + S.pooler + 4 * 16 * h, shared: S.encoder - S.pooler),
      Figures(sharing: groups, operations: plain, own: S.head, shared: 2 * S.encoder),
    ]
  }()

  @Test(
    "A task's figures are of the parameters and products that its rows need",
    arguments: expectedFigures.indices)
  func figures(index: Int) throws {
    let expected = Self.expectedFigures[index]
    let model = try TestModel.make(sharing: Self.definition(expected.sharing))
    let found = model.taskFigures()[0]
    #expect(abs(found.operationsAToken - expected.operations) < 0.01, "\(expected.sharing)")
    #expect(Double(found.ownParameters) == expected.own, "\(expected.sharing)")
    #expect(Double(model.sharedParameterCount) == expected.shared, "\(expected.sharing)")
  }

  @Test("There are figures of every way of sharing")
  func allFigures() {
    for kind in SharingKind.all {
      #expect(
        Self.expectedFigures.contains { $0.sharing.split(separator: ":")[0] == kind.name }, "\(kind.name)")
    }
  }
}
