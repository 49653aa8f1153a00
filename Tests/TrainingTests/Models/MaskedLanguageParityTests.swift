import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Training

/// Hidden tokens as PyTorch and `transformers` have them: `Fixtures/masked`, whose README says what it holds.
@Suite struct MaskedLanguageParityTests {
  private struct Expected: Decodable {
    struct Row: Decodable {
      var ids: [Int32]
      var hidden: [Int32]
      var expected: [Int32]
    }

    var loss: Double
    var accuracy: Double
    var perplexity: Double
    var rows: [Row]
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/masked")

  private func expected() throws -> Expected {
    try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: Self.folder.appendingPathComponent("expected.json")))
  }

  /// The published model with its texts as dev data.
  private func model(_ choice: DeviceChoice) throws -> (
    model: Model, examples: Examples, task: TaskDefinition
  ) {
    let model = try ModelFolder(Self.folder).maskedLanguageModel(on: choice.device())
    var task = model.tasks[0]
    task.dev = SplitSource(
      files: [Self.folder.appendingPathComponent("texts.txt").path],
      layout: TableLayout(format: .lines, header: false, fields: 1), columns: [.text: .number(0)])
    return (model, try #require(try model.examples(of: .dev, task: task)), task)
  }

  @Test("The tokens hidden for evaluation are those that the fixture's script draws")
  func draws() throws {
    let (_, examples, _) = try model(DeviceChoice.all[0])
    let plan = BatchPlan.evaluation(of: examples, task: 0, tokens: 1 << 20)
    var batch = PackedBatch()
    batch.fill(0, of: plan, from: [examples])
    let part = batch.parts[0]
    let rows = try expected().rows
    #expect(batch.ids == rows.flatMap(\.ids))
    #expect(part.targets == .classes(rows.flatMap(\.expected)))
    let places = rows.enumerated().flatMap { row, found in
      found.hidden.map { $0 + batch.sequenceStarts[row] }
    }
    #expect(part.marks == places)
  }

  @Test("Accuracy and perplexity are those of PyTorch's cross-entropy", arguments: DeviceChoice.all)
  func metrics(_ choice: DeviceChoice) throws {
    let (model, examples, task) = try model(choice)
    let found = try task.evaluate(Predictor(model).predictions(for: examples, task: 0), of: examples)
    let expected = try expected()
    #expect(found.count == expected.rows.flatMap(\.hidden).count)
    #expect(abs((found["masked-accuracy"] ?? 0) - expected.accuracy) < 1e-12)
    #expect(abs((found["perplexity"] ?? 0) / expected.perplexity - 1) < 1e-5)
  }

  @Test("Every gradient is PyTorch's, that of the tied embeddings too", arguments: DeviceChoice.all)
  func gradient(_ choice: DeviceChoice) throws {
    let (model, examples, _) = try model(choice)
    var batch = PackedBatch()
    batch.fill(
      0, of: BatchPlan.evaluation(of: examples, task: 0, tokens: 1 << 20), from: [examples])
    let gradients = try GradientBuffers(layout: model.parameters.layout)
    let tape = Tape(parameters: model.parameters, gradients: gradients)
    tape.reset(training: true)
    let outputs = model.network.forward(batch, on: tape)[0]
    let loss = model.network.loss(of: outputs, on: tape)
    #expect(try abs(Double(loss.array[0]) / expected().loss - 1) < 1e-5)
    tape.backward(from: [(loss: loss, weight: 1)])
    let reader = try SafetensorsReader(Self.folder.appendingPathComponent("gradient.safetensors"))
    var compared = 0
    for resolved in HuggingFaceNames.resolve(reader.names).parameters {
      let isOfHead = resolved.name.hasPrefix("predictions.")
      let name = isOfHead ? "heads.masked.\(resolved.name)" : resolved.name
      let entry = try #require(model.parameters.layout.entries.first { $0.name == name })
      let wanted = try reader.read(resolved.source)
      compared += 1
      // A key's bias shifts all scores of a query alike: its gradient is rounding.
      guard !name.hasSuffix("key.bias") else { continue }
      #expect(relativeDifference(Array(gradients.floats(of: entry)), wanted) < 1e-4, "\(name)")
    }
    // All but the pooler's two, which the fixture lacks.
    #expect(compared == model.parameters.layout.entries.count - 2)
  }

  @Test("A published head is taken over by every new task for hidden tokens, and exported as it came")
  func export() throws {
    let folder = try ModelFolder(Self.folder)
    let tasks = [
      TaskDefinition(name: "words", type: .maskedLanguageModelling, columns: [:]),
      TaskDefinition(name: "topic", type: .classification, columns: [:], labels: ["a", "b"]),
    ]
    let (model, report) = try folder.modelForTraining(tasks, seed: 1, device: Device(threads: 1))
    #expect(
      report.heads == [HeadStart(name: "words", kind: .pretrained), HeadStart(name: "topic", kind: .new)])
    #expect(report.unused == [])
    let original = try SafetensorsReader(Self.folder.appendingPathComponent("model.safetensors"))
    try FixtureFiles.withScratchFolder { scratch in
      let target = scratch.appendingPathComponent("exported")
      try model.extracted(task: "words").export(to: target, withHeadOf: "words")
      let written = try SafetensorsReader(target.appendingPathComponent("model.safetensors"))
      #expect(
        Set(written.names) == Set(original.names + ["bert.pooler.dense.weight", "bert.pooler.dense.bias"]))
      for name in original.names { #expect(try written.read(name) == original.read(name), "\(name)") }
      let configuration = try String(
        contentsOf: target.appendingPathComponent("config.json"), encoding: .utf8)
      #expect(configuration.contains("BertForMaskedLM"))
      // A head of the same name goes on as it is; the published one is not asked.
      model.parameters.initialize(seed: 5)
      let run = scratch.appendingPathComponent("run")
      try model.write(to: run)
      let kept = try ModelFolder(run).modelForTraining(tasks, seed: 2, device: Device(threads: 1))
      #expect(kept.report.heads.allSatisfy { $0.kind == .kept })
    }
  }

  @Test("What may stand for [MASK] is ordered by probability, and the same alone and among others")
  func filling() throws {
    let model = try ModelFolder(Self.folder).maskedLanguageModel(on: Device(threads: 1))
    let filler = try MaskFiller(model, task: "masked")
    let texts = ["The [MASK] was late, and the [MASK] came.", "no hole", "", "[MASK]"]
    let filled = try filler.fill(texts, top: 4)
    #expect(filled.map { $0.masks.count } == [2, 0, 0, 1])
    #expect(filled[0].masks.map { texts[0].part($0.source) } == ["[MASK]", "[MASK]"])
    for text in filled {
      for (place, mask) in text.masks.enumerated() {
        #expect(mask.candidates.count == 4)
        let probabilities = mask.candidates.map(\.probability)
        #expect(probabilities == probabilities.sorted(by: >) && probabilities[0] < 1)
        #expect(try filler.fill([text.text], top: 4)[0].masks[place].candidates == mask.candidates)
      }
    }
    let all = try filler.fill(["[MASK]"], top: 1000)[0].masks[0].candidates
    #expect(all.count == 79 && abs(all.reduce(0) { $0 + $1.probability } - 1) < 1e-4)
    let long = try filler.fill([String(repeating: "the ", count: 60) + "[MASK]"], top: 1)
    #expect(long[0].masks.isEmpty && filler.truncatedCount == 1 && filler.maximumLength == 40)
    #expect(throws: ModelError.self) { try MaskFiller(model, task: "other") }
  }

  @Test("An encoder without such a head is refused")
  func noHead() throws {
    try FixtureFiles.withScratchFolder { scratch in
      let plain = scratch.appendingPathComponent("plain")
      try TestModel.make(tasks: []).write(to: plain, withTasks: false)
      let error = #expect(throws: ModelError.self) {
        try ModelFolder(plain).maskedLanguageModel(on: Device(threads: 1))
      }
      #expect(error?.description.contains("without a head for hidden tokens (cls.predictions)") == true)
    }
  }
}
