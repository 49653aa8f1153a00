import Foundation
import Networks
import Tasks
import Testing

/// Runs with every way to share the encoder.
@Suite struct SharingRunTests {
  private static let options =
    [
      "--epochs", "9", "--threads", "1", "--hidden", "32", "--layers", "2", "--heads", "2", "--vocab-size",
      "300",
    ]
    + ["--learning-rate", "0.003", "--dropout", "0", "--deviation", "0.08", "--log-gradients", "7"]

  static let sharings = [
    "hard:trunk=1", "soft:weight=0.001", "cross-stitch", "attention", "mmoe:experts=3", "mmoe:place=pooled",
    "soft:weight=0,trace=0.01", "cgc", "cgc:place=pooled", "ple", "ple:place=pooled", "paths",
    "hierarchy:levels=mood:1",
    "hierarchy:levels=mood:1,inputs=same:mood;near:same;answer:mood", "adapters:size=8",
    "adapters:kind=low-rank,size=4", "groups:of=mood:1;same:1;near:2;answer:2",
  ]

  private struct LogLine: Decodable {
    let dev: [String: [String: Double?]]?
    let best: Bool?
  }

  @Test("no way of sharing is left out")
  func complete() {
    for kind in SharingKind.all {
      #expect(Self.sharings.contains { $0.split(separator: ":")[0] == kind.name }, "\(kind.name)")
    }
  }

  @Test("every way of sharing learns, and its checkpoint predicts what the run saw", arguments: sharings)
  func training(sharing: String) throws {
    let tasks = try TinyTasks()
    func train() throws -> BraidProcess {
      try tasks.braid(["train", "tiny.json5", "--output", "run", "--sharing", sharing] + Self.options)
    }
    if sharing.contains("pooled") {
      // The head that reads tokens would not know of the experts.
      #expect(try train().messages.contains("\"same\", whose head \"san\" reads the states of tokens"))
      let file = String(decoding: try tasks.read("tiny.json5"), as: UTF8.self)
      try tasks.write(
        file.replacingOccurrences(of: "head: { type: \"san\", steps: 2 }", with: ""), to: "tiny.json5")
    }
    let run = try train()
    #expect(run.status == 0, "\(run.messages)")
    let lines = try String(decoding: tasks.read("run/metrics.jsonl"), as: UTF8.self).split(separator: "\n")
      .map { try JSONDecoder().decode(LogLine.self, from: Data($0.utf8)) }
    let best = try #require(lines.last { $0.best == true }?.dev)
    // Guessing gives half.
    let accuracy = try #require(best["mood"]?["accuracy"] ?? nil)
    #expect(accuracy >= 0.9)
    #expect(run.output.contains("mood"))

    let evaluation = try tasks.braid(["evaluate", "run"])
    #expect(evaluation.status == 0, "\(evaluation.messages)")
    func shown(_ value: Double?) -> String { String(format: "%.4f", value ?? .nan) }
    for (task, metric) in [
      ("mood", "accuracy"), ("same", "accuracy"), ("near", "pearson"), ("answer", "map"),
    ] {
      #expect(
        evaluation.output.contains(shown(best[task]?[metric] ?? nil)), "\(task) in \(evaluation.output)")
    }
    let inspection = try tasks.braid(["inspect", "run"]).output
    for part in [sharing, "shared parameters", "own parameters", "operations"] {
      #expect(inspection.contains(part), "\(part) in \(inspection)")
    }
  }

  @Test(
    "a run that is stopped goes on as if it had not been",
    arguments: ["cross-stitch", "soft", "paths", "groups:of=mood:1;same:2;near:2;answer:1"])
  func resuming(sharing: String) throws {
    try TinyTasks().expectResumes(
      ["--epochs", "16", "--evaluate-every", "60", "--sharing", sharing, "--aggregation", "pcgrad"])
  }

  @Test("a task file says how tasks share, the command line outweighs it, and a checkpoint hands it on")
  func places() throws {
    let tasks = try TinyTasks()
    let file = String(decoding: try tasks.read("tiny.json5"), as: UTF8.self)
    func sharing(_ text: String, _ more: [String] = []) throws -> String {
      try tasks.write(
        file.replacingOccurrences(of: "training:", with: "sharing: \(text), training:"), to: "file.json5")
      let run = try tasks.braid(
        ["train", "file.json5", "-o", "run", "--force", "--epochs", "1"] + more + TinyTasks.small)
      guard run.status == 0 else { return run.messages }
      let record = String(decoding: try tasks.read("run/run.json"), as: UTF8.self)
      return record.split(separator: "\n").first { $0.contains("\"sharing\"") }.map(String.init) ?? "nothing"
    }
    #expect(try sharing("{ type: \"mmoe\", experts: 2, from: 0 }").contains("mmoe:experts=2,from=0"))
    #expect(try sharing("{ type: \"hierarchy\", levels: { mood: 1 } }").contains("hierarchy:levels=mood:1"))
    #expect(try sharing("\"soft\"", ["--sharing", "hard:trunk=0"]).contains("hard:trunk=0"))
    #expect(
      try sharing("\"softer\"").contains("sharing.type: found \"softer\", expected \"soft\""))
    #expect(
      try sharing("{ type: \"mmoe\", expert: 2 }").contains(
        "sharing.expert: found an unknown setting of the sharing mmoe, expected \"experts\""))
    #expect(
      try sharing("\"hard\"", ["--sharing", "hard:trunk=5"]).contains("expected a whole number from 0 to 1"))
    #expect(try sharing("\"paths\"").contains("paths"))

    let again = try tasks.braid(
      ["train", "tiny.json5", "--encoder", "run", "-o", "again", "--epochs", "1"])
    #expect(again.status == 0, "\(again.messages)")
    #expect(
      String(decoding: try tasks.read("again/run.json"), as: UTF8.self).contains("\"sharing\": \"paths\""))
    #expect(try tasks.braid(["extract", "again", "mood", "--task", "mood"]).status == 0)
    let text = "the soup was good\n"
    #expect(
      try tasks.braid(["classify", "mood"], input: text).output
        == tasks.braid(["classify", "again", "--task", "mood"], input: text).output)
    #expect(try tasks.braid(["export", "again", "plain"]).messages.contains("braid extract"))
  }
}
