import Tasks

/// The counters of a run that is under way, as the resume file keeps them beside the large arrays.
struct RunState {
  private let step: Int
  private let withoutBetter: Int
  private let skipped: Int
  private let skippedInARow: Int
  private let bestStep: Int?
  private let bestScore: Double?
  private let balance: [[Double]]
  private let stepCounts: [Int]
  /// Bytes of `metrics.jsonl` when the state was saved.
  let logLength: Int

  init(_ trainer: Trainer, logLength: Int) {
    self.logLength = logLength
    step = trainer.step
    withoutBetter = trainer.evaluationsWithoutBetter
    skipped = trainer.skippedSteps
    skippedInARow = trainer.skippedInARow
    bestStep = trainer.best?.step
    bestScore = trainer.best?.score
    balance = trainer.balance.state
    stepCounts = trainer.optimizer.stepCounts
  }

  /// Doubles by their bits: what is read back is what was written.
  var encoded: String {
    JSONValue.object([
      .init("step", .number(step)), .init("withoutBetter", .number(withoutBetter)),
      .init("skipped", .number(skipped)), .init("skippedInARow", .number(skippedInARow)),
      .init("bestStep", .number(bestStep ?? -1)),
      .init("bestScore", .text(bestScore.map(Self.bits) ?? "")),
      .init("balance", .list(balance.map { .list($0.map { .text(Self.bits($0)) }) })),
      .init("stepCounts", .list(stepCounts.map { .number($0) })),
      .init("logLength", .number(logLength)),
    ]).encodedLine()
  }

  init(_ text: String, file: String) throws {
    guard let value = try? JSONReader.read(Array(text.utf8)[...]), let step = value["step"]?.integer,
      step >= 0,
      let withoutBetter = value["withoutBetter"]?.integer, let bestStep = value["bestStep"]?.integer,
      let bestScore = value["bestScore"]?.string, let balance = value["balance"]?.elements,
      let stepCounts = value["stepCounts"]?.elements, let skipped = value["skipped"]?.integer,
      let skippedInARow = value["skippedInARow"]?.integer, let logLength = value["logLength"]?.integer
    else { throw SafetensorsError(file: file, "the state of the run can't be read") }
    self.logLength = logLength
    self.step = step
    self.withoutBetter = withoutBetter
    self.skipped = skipped
    self.skippedInARow = skippedInARow
    self.bestStep = bestStep < 0 ? nil : bestStep
    self.bestScore = Self.double(bestScore)
    self.balance = balance.map { ($0.elements ?? []).compactMap { $0.string.flatMap(Self.double) } }
    self.stepCounts = stepCounts.compactMap(\.integer)
  }

  func restore(_ trainer: Trainer) throws(TrainingError) {
    guard stepCounts.count == trainer.optimizer.stepCounts.count,
      balance.map(\.count) == trainer.balance.state.map(\.count)
    else { throw .otherRun("its tasks, encoder or ways of balancing were others") }
    trainer.step = step
    trainer.evaluationsWithoutBetter = withoutBetter
    trainer.skippedSteps = skipped
    trainer.skippedInARow = skippedInARow
    trainer.best = bestStep.map { EvaluationReport(step: $0, tasks: [], score: bestScore, isBest: true) }
    trainer.balance.state = balance
    trainer.optimizer.stepCounts = stepCounts
  }

  private static func bits(_ value: Double) -> String { String(value.bitPattern, radix: 16) }

  private static func double(_ bits: String) -> Double? {
    UInt64(bits, radix: 16).map { Double(bitPattern: $0) }
  }
}
