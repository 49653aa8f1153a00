import Foundation
import Networks
import Tasks
import Tensors
import Testing
import Tokenization
import Training

@Suite struct MemoryPlanTests {
  private static func bytes(_ change: (inout TrainingOptions) -> Void) -> [String: Int] {
    var options = TrainingOptions()
    options.gradientLogInterval = 0
    change(&options)
    let plan = MemoryPlan(parameters: 1000, tasks: 3, options: options)
    #expect(plan.bytes == plan.parts.reduce(0) { $0 + $1.bytes })
    return Dictionary(uniqueKeysWithValues: plan.parts.map { ($0.name, $0.bytes) })
  }

  @Test("A plan counts what each way to balance tasks keeps of every task")
  func parts() {
    #expect(Self.bytes { _ in } == ["parameters": 8000, "moments": 8000, "gradients": 4000])
    #expect(Self.bytes { $0.gradientLogInterval = 100 }["gradients for the log"] == 12_000)
    #expect(Self.bytes { $0.optimizer.method = .adatask }["moments"] == 24_000)
    #expect(Self.bytes { $0.aggregation = "pcgrad" }["gradients"] == 12_000)
    #expect(Self.bytes { $0.aggregation = "moco" }["averages"] == 12_000)
    #expect(Self.bytes { $0.weighting = "gradnorm" }["gradients"] == 12_000)
  }

  @Test("A plan beyond the machine's memory is refused with its parts and with what to change")
  func refusal() throws {
    let plan = MemoryPlan(parameters: 5_000_000, tasks: 1, options: TrainingOptions())
    try plan.check(machine: plan.bytes)
    let error = #expect(throws: TrainingError.self) { try plan.check(machine: 64_000_000) }
    #expect(
      error?.description.hasPrefix(
        "this run needs 100 MB of memory (40 MB for parameters, 40 MB for moments, 20 MB for gradients), and there are "
          + "64 MB. A smaller --batch-size") == true)
  }

  @Test(
    "A model with heads beyond the machine's memory is refused before it is made, with the task of most labels"
  )
  func heads() throws {
    var tasks = TestModel.tasks()
    tasks[0].labels = (0..<1_000_000).map { "l\($0)" }
    let tokenizer = Tokenizer(vocabulary: try Vocabulary(tokens: TestModel.tokens), lowercases: false)
    func network(machine: Int) throws -> Int {
      try Model.network(
        TestModel.configuration, tokenizer: tokenizer, tasks: tasks, sharing: .hard, machine: machine
      ).1.count
    }
    #expect(try network(machine: 1_000_000_000) > 25_000_000)
    let error = #expect(throws: ModelError.self) { try network(machine: 100_000_000) }
    #expect(error?.description.hasPrefix("the parameters of this model need 20") == true)
    #expect(
      error?.description.hasSuffix(
        " MB of memory, and there are 100 MB: take a smaller encoder, or fewer labels: 'topic' has 1,000,000")
        == true)
  }

  @Test("Probabilities beyond the machine's memory are refused before they are made, with the file's name")
  func predictions() throws {
    var task = TestModel.tasks()[0]
    task.labels = (0..<1000).map { "l\($0)" }
    try FixtureFiles.withScratchFolder { folder in
      let file = folder.appendingPathComponent("dev.tsv")
      try Data("text\tlabel\nlamp\tl1\nthe lamp\tl2\nglow\tl3\n".utf8).write(to: file)
      let examples = try TestModel.make().examples(of: LabelledFile(file.path), task: task)
      try task.checkMemory(ofPredictionsFor: examples, machine: 36_000)
      let error = #expect(throws: DataError.self) {
        try task.checkMemory(ofPredictionsFor: examples, machine: 35_999)
      }
      #expect(error?.file == file.path)
      #expect(error?.found.hasPrefix("3 rows, for which the 1,000 labels of \"topic\" have 0.0 MB") == true)
    }
  }

  @Test("An encoder beyond any machine is refused before it is made")
  func encoder() {
    var shape = EncoderConfiguration(vocabularySize: 1 << 24, hiddenSize: 1 << 16, layers: 1 << 20)
    shape.feedForwardSize = 1 << 24
    #expect(throws: TrainingError.self) { try TrainingOptions().checkMemory(for: shape, tasks: 2) }
  }

  @Test(
    "What a step takes at least, by its tokens alone, is less than what it takes, but not by far",
    arguments: [
      "hard", "soft", "cross-stitch", "attention", "mmoe", "cgc", "ple", "paths", "hierarchy", "adapters",
      "groups:of=topic:1;closeness:1;paraphrase:2;entailment:2;inference:2;answers:1",
    ])
  func least(sharing: String) throws {
    let model = try TestModel.make(sharing: #require(SharingDefinition(spelling: sharing)))
    let batch = PackedBatch(
      model.tasks.enumerated().map { index, task in
        let encoding =
          task.type.isPaired
          ? model.tokenizer.encode("The lamps glow", "lamps, dim") : model.tokenizer.encode("è lamp")
        let sequence = (ids: encoding.ids, segments: encoding.segments)
        return (task: index, sequences: Array(repeating: sequence, count: 300), targets: .none)
      })
    let tape = Tape(parameters: model.parameters)
    tape.reset(training: true)
    _ = model.network.forward(batch, on: tape)
    let least = model.leastStepBytes(tokens: batch.rowCount)
    #expect(least < Double(tape.memoryBytes))
    #expect(least > Double(tape.memoryBytes) / 50)
  }

  @Test("A batch of more tokens than 32-bit numbers count is refused with advice")
  func tokens() throws {
    try MemoryPlan.check(batchTokens: Int(Int32.max))
    let error = #expect(throws: TrainingError.self) { try MemoryPlan.check(batchTokens: 1 << 31) }
    #expect(
      error?.description
        == "there is a batch of 2147483648 tokens, and no more than 2147483647 are possible. Give a smaller "
        + "--batch-size, or --batch-tokens")
  }

  @Test("This machine has memory")
  func machine() { #expect((MachineMemory.bytes ?? 0) > 100_000_000) }
}
