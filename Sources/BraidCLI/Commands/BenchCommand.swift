import CommandLineOptions
import Foundation
import Tasks
import Tensors
import Tokenization
import Training
import Wording

/// `braid bench`
enum BenchCommand {
  enum Subject: String, CaseIterable, Sendable {
    case kernels, train, classify, balancing, tokenize

    var trains: Bool { self == .train || self == .balancing }
  }

  static let subject = CommandArgument<[Subject]>.choices(
    "SUBJECT",
    help:
      "kernels: the matrix products of an encoder; train: whole training steps; classify: predictions, many and one "
      + "by itself; balancing: steps that aggregate the gradients of several tasks, beside steps of their sum; tokenize: "
      + "the tokenizer on the texts that come with Braid, or --text. All by default, and of int8 what predicts."
  )
  static let vocabulary = CommandOption<String?>.path(
    "vocab", defaultShown: "of the tasks that come with Braid", help: "The vocabulary for tokenize.")
  static let text = CommandOption<String?>.path(
    "text", defaultShown: "of the tasks that come with Braid", help: "The text for tokenize.")
  static let profile = CommandOption<Bool>.flag(
    "profile",
    help:
      "Also show where the time of training steps goes. They take a little longer then: the optimizer has a turn of its own, "
      + "and does not work beside the next batch."
  )
  static let json = CommandOption<Bool>.flag("json", help: "Print one JSON object a line instead of tables.")

  static let command = Command(
    "bench",
    summary: "Measure how fast this machine trains, as a share of what it could do",
    discussion: [
      "Each figure stands beside the peak of a loop of fused multiply-adds, or of what multiplies the precision, on as many "
        + "threads, measured in the same run. "
        + "A training step counts 6 floating-point operations for each weight of the encoder's layers and each token."
    ],
    arguments: [subject],
    options: [OptionGroup("Options", profile, json, threads, precision, vocabulary, text)],
    examples: [
      .init("braid bench kernels --threads 1", "The products on one core."),
      .init("braid bench train --profile", "Where the time of a training step goes."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let device = try BraidCLI.device(for: invocation)
    let canTrain = Precision.trainable.contains(device.precision)
    let named = invocation[subject]
    guard canTrain || !named.contains(where: \.trains) else {
      throw UsageError.other("\(TrainingError.notTrainable(device.precision))")
    }
    for subject in named.isEmpty ? Subject.allCases.filter({ canTrain || !$0.trains }) : named {
      switch subject {
      case .kernels: try kernels(device, invocation)
      case .train: try train(device, invocation)
      case .classify: try classify(device, invocation)
      case .balancing: try balancing(device, invocation)
      case .tokenize: try tokenize(invocation)
      }
      try invocation.output.flush()
    }
  }

  /// Takes results one by one, for a table that is printed when all are there, or as an object a line at once.
  private struct Results {
    private let subject: Subject
    private let invocation: Invocation
    private var table: TextTable

    /// - Parameter words: the first columns that hold words; the others hold numbers.
    init(_ subject: Subject, _ titles: [String], words: Int = 1, _ invocation: Invocation) {
      self.subject = subject
      self.invocation = invocation
      table = TextTable(titles, alignments: titles.indices.map { $0 < words ? .left : .right })
    }

    mutating func add(_ cells: [String], _ members: [JSONValue.Member]) {
      guard invocation[json] else { return table.add(cells) }
      let object = JSONValue.object([JSONValue.Member("benchmark", .text(subject.rawValue))] + members)
      invocation.output.write(object.encodedLine() + "\n")
    }

    func finish(heading: String, details: String = "") {
      if !invocation[json] { invocation.output.write(heading + table.render() + details + "\n") }
    }
  }

  private static func kernels(_ device: Device, _ invocation: Invocation) throws {
    var results = Results(
      .kernels, ["rows × inputs × outputs", "product", "GFLOP/s", "peak", "share"], words: 2, invocation)
    for shape in ProductBenchmark.shapes {
      for result in try ProductBenchmark.run(shape, on: device) {
        let name = "\(shape.rows) × \(shape.inputs) × \(shape.outputs)"
        results.add(
          [name, result.form.rawValue, giga(result.rate), giga(result.peak), percent(result.share)],
          [
            .init("shape", .text(name)), .init("product", .text(result.form.rawValue)),
            .init("rate", .number(result.rate)), .init("peak", .number(result.peak)),
            .init("share", .number(result.share)),
          ])
      }
    }
    results.finish(heading: heading(device))
  }

  private static let speedupTitle = "over one thread"

  private static func train(_ device: Device, _ invocation: Invocation) throws {
    var results = Results(
      .train, ["batch", "tokens/s", "GFLOP/s", "peak", "share", "memory", speedupTitle], invocation)
    var profiles = ""
    let sizes = [SamplingOptions.BatchSize.examples(32), .tokens(2048)]
    let measured = try sizes.map { size in
      try TrainingBenchmark.run(batchSize: size, on: device, profiles: invocation[profile])
    }
    // After all else, as its second run would count as memory of the first.
    let speedups = try sizes.map { size in
      device.threads == 1 ? 1 : try TrainingBenchmark.speedup(batchSize: size, on: device)
    }
    for (result, speedup) in zip(measured, speedups) {
      results.add(
        [
          result.batch, grouped(Int(result.tokensPerSecond)), giga(result.rate), giga(result.peak),
          percent(result.share), "\(result.memoryBytes / 1_000_000) MB", ratio(speedup),
        ],
        [
          .init("batch", .text(result.batch)), .init("tokensPerSecond", .number(result.tokensPerSecond)),
          .init("rate", .number(result.rate)), .init("peak", .number(result.peak)),
          .init("share", .number(result.share)), .init("memoryBytes", .number(result.memoryBytes)),
          .init("speedup", .number(speedup)),
        ] + profileMembers(result))
      if let profile = result.profile { profiles += "\n\(result.batch)\n\n" + profileTable(profile, result) }
    }
    results.finish(heading: heading(device), details: profiles)
  }

  private static func classify(_ device: Device, _ invocation: Invocation) throws {
    var results = Results(
      .classify,
      [
        "classification", "tokens/s", "GFLOP/s", "peak", "share", speedupTitle, "one sentence, one thread",
        "its arithmetic",
      ], invocation)
    let result = try ClassificationBenchmark.run(on: device)
    let speedup = device.threads == 1 ? 1 : try ClassificationBenchmark.speedup(on: device)
    results.add(
      [
        "batches", grouped(Int(result.tokensPerSecond)), giga(result.rate), giga(result.peak),
        percent(result.share), ratio(speedup), milliseconds(result.latency),
        milliseconds(result.latencyFloor),
      ],
      [
        .init("tokensPerSecond", .number(result.tokensPerSecond)), .init("rate", .number(result.rate)),
        .init("peak", .number(result.peak)), .init("share", .number(result.share)),
        .init("latencySeconds", .number(result.latency)),
        .init("latencyFloorSeconds", .number(result.latencyFloor)),
      ])
    results.finish(heading: heading(device))
  }

  private static func tokenize(_ invocation: Invocation) throws {
    var results = Results(.tokenize, ["tokenizer", "MB/s", "tokens/s"], invocation)
    let (file, texts) = try tokenizedFiles(invocation)
    let tokenizer = Tokenizer(vocabulary: try Vocabulary(contentsOf: file), lowercases: true)
    let text = try texts.reduce(into: [UInt8]()) { $0 += try Data(contentsOf: $1) }
    let result = TokenizationBenchmark.run(text, tokenizer: tokenizer)
    results.add(
      [
        "one thread", String(format: "%.1f", result.bytesPerSecond / 1e6),
        grouped(Int(result.tokensPerSecond)),
      ],
      [
        .init("bytesPerSecond", .number(result.bytesPerSecond)),
        .init("tokensPerSecond", .number(result.tokensPerSecond)),
      ])
    results.finish(heading: "")
  }

  private static func tokenizedFiles(_ invocation: Invocation) throws -> (vocabulary: URL, texts: [URL]) {
    if let vocabulary = invocation[vocabulary], let text = invocation[text] {
      return (URL(fileURLWithPath: vocabulary), [URL(fileURLWithPath: text)])
    }
    let bundled = try BundledTasks.required()
    let folder = bundled.taskFile.deletingLastPathComponent()
    let texts = ["advice", "agreement", "answers", "complaints"].map {
      folder.appendingPathComponent("\($0)/train.tsv")
    }
    guard let known = invocation[vocabulary].map({ URL(fileURLWithPath: $0) }) ?? bundled.vocabulary else {
      throw UsageError.other("the vocabulary that comes with Braid is not found: give --vocab")
    }
    return (known, invocation[text].map { [URL(fileURLWithPath: $0)] } ?? texts)
  }

  private static func milliseconds(_ seconds: Double) -> String { String(format: "%.2f ms", 1000 * seconds) }

  private static func balancing(_ device: Device, _ invocation: Invocation) throws {
    var results = Results(
      .balancing, ["aggregation", "passes", "tokens/s", "time beside the sum", "gradients"], words: 2,
      invocation)
    let names = BalancingBenchmark.methods
    for (method, hasPassATask) in names.map({ ($0, false) }) + names.prefix(1).map({ ($0, true) }) {
      let result = try BalancingBenchmark.run(method, hasPassATask: hasPassATask, on: device)
      let passes = hasPassATask ? "one a task" : "one"
      results.add(
        [
          method, passes, grouped(Int(1 / result.secondsAToken)), ratio(result.ratio),
          "\(result.gradientBytes / 1_000_000) MB",
        ],
        [
          .init("aggregation", .text(method)), .init("passes", .text(passes)),
          .init("tokensPerSecond", .number(1 / result.secondsAToken)), .init("ratio", .number(result.ratio)),
          .init("gradientBytes", .number(result.gradientBytes)),
        ])
    }
    results.finish(
      heading: heading(device)
        + "\(BalancingBenchmark.tasks) tasks, \(BalancingBenchmark.tokensATask) tokens each a step\n\n")
  }

  private static func profileTable(_ profile: StepProfile, _ result: TrainingBenchmark.Result) -> String {
    var table = TextTable(
      ["part of a step", "ms", "of the step", "GFLOP/s", "of the peak"],
      alignments: [.left, .right, .right, .right, .right])
    let parts = profile.longestFirst
    let total = parts.reduce(0) { $0 + $1.seconds }
    for part in parts {
      let rate = part.operations / part.seconds
      table.add([
        part.name, String(format: "%.2f", 1000 * part.seconds / Double(result.steps)),
        percent(part.seconds / total), rate > 0 ? giga(rate) : "",
        rate > 0 ? percent(rate / result.peak) : "",
      ])
    }
    return table.render()
  }

  private static func profileMembers(_ result: TrainingBenchmark.Result) -> [JSONValue.Member] {
    guard let profile = result.profile else { return [] }
    let parts = profile.longestFirst.map { part in
      JSONValue.object([
        .init("part", .text(part.name)), .init("seconds", .number(part.seconds / Double(result.steps))),
        .init("operations", .number(part.operations / Double(result.steps))),
      ])
    }
    return [.init("profile", .list(parts))]
  }

  private static func heading(_ device: Device) -> String {
    "\(counted(device.threads, "thread")), \(device.instructions)\n\n"
  }

  private static func giga(_ rate: Double) -> String { String(format: "%.1f", rate / 1e9) }
  private static func ratio(_ ratio: Double) -> String { String(format: "%.2f", ratio) }
  private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
