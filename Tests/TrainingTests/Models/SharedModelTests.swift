import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// Models whose tasks share the encoder in other ways than all of it: where their parameters come from and go to.
@Suite struct SharedModelTests {
  static let sharings = [
    "hard:trunk=1", "soft", "cross-stitch", "attention", "mmoe", "mmoe:place=pooled", "cgc",
    "cgc:place=pooled", "ple", "paths", "hierarchy:levels=topic:1;closeness:1",
    "hierarchy:levels=topic:1,inputs=paraphrase:topic;entailment:paraphrase;answers:closeness", "adapters",
    "adapters:kind=low-rank", groups,
  ]

  static let groups = "groups:of=topic:a;closeness:a;paraphrase:b;entailment:b;inference:b;answers:c"

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
        TestModel.tasks(), sharing: Self.definition(spelling), seed: 1, device: Device(threads: 1))
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
        "hard:trunk=1", "soft", "cross-stitch", "attention", "mmoe", "cgc", "paths", "adapters", Self.groups,
      ] {
        #expect(relativeDifference(try outputs(spelling), expected) < 1e-4, "\(spelling)")
      }
    }
  }

  @Test(
    "A task is cut out as a plain model that predicts the same",
    arguments: ["hard", "hard:trunk=1", "soft", "paths", groups])
  func extraction(_ spelling: String) throws {
    let model = try Self.filled(spelling)
    let outputs = TestModel.outputs(of: model)
    for (index, task) in model.tasks.enumerated() where task.head.name == nil || index == 3 {
      let alone = try model.extracted(task: task.name)
      #expect(alone.sharing == .hard && alone.tasks.map(\.name) == [task.name])
      #expect(relativeDifference(TestModel.outputs(of: alone)[0], outputs[index]) < 1e-5, "\(task.name)")
    }
    #expect(throws: ModelError.self) { _ = try model.extracted(task: "nothing") }
    #expect(throws: ModelError.self) { _ = try Self.filled("mmoe").extracted(task: "topic") }
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

  @Test("A task's figures are of the parameters and products that its rows need")
  func figures() throws {
    let configuration = TestModel.configuration
    let hidden = configuration.hiddenSize
    let layer = 4 * hidden * hidden + 2 * hidden * configuration.feedForwardSize
    func operations(_ spelling: String) throws -> Double {
      try TestModel.make(sharing: Self.definition(spelling)).taskFigures()[0].operationsAToken
    }
    let length = Double(min(TaskFigures.textLength, configuration.maximumLength))
    let top = 2 * Double(hidden * hidden + 3 * hidden) / length
    #expect(abs(try operations("hard") - (2 * 2 * Double(layer) + top)) < 1)
    #expect(abs(try operations("cross-stitch") - (2 * 2 * 6 * Double(layer) + top)) < 1)
    let feedForward = 2 * hidden * configuration.feedForwardSize
    let gate = hidden * 4
    #expect(
      abs(try operations("mmoe") - (2 * Double(2 * layer + 3 * feedForward + gate) + top)) < 1)
    #expect(try operations("hierarchy:levels=topic:1") < 0.6 * operations("hard"))

    let soft = try TestModel.make(sharing: Self.definition("soft"))
    let encoder = try TestModel.make(tasks: []).parameters.layout.entries
    let above = encoder.filter { !$0.name.hasPrefix("encoder.embeddings") }.reduce(0) { $0 + $1.count }
    #expect(soft.taskFigures()[0].ownParameters == above + 3 * hidden + 3)
    #expect(
      soft.sharedParameterCount
        == encoder.filter { $0.name.hasPrefix("encoder.embeddings") }.reduce(0) { $0 + $1.count })
  }
}
