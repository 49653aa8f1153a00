import Foundation
import Testing

@Suite("braid train --adversary, --proximal and --word-dropout") struct AdversaryRunTests {
  private static let quick = ["--epochs", "2", "--evaluate-every", "6"] + TinyTasks.small

  private struct LogLine: Decodable {
    struct Task: Decodable { let loss: Double }
    let tasks: [String: Task]?
    let gradientNorm: Double?
  }

  private func train(_ tasks: TinyTasks, _ run: String, _ more: [String]) throws {
    let result = try tasks.braid(["train", "tiny.json5", "--output", run] + Self.quick + more)
    #expect(result.status == 0, "\(result.messages)")
  }

  private func firstStep(_ tasks: TinyTasks, _ run: String) throws -> LogLine {
    let text = String(decoding: try tasks.read("\(run)/metrics.jsonl"), as: UTF8.self)
    return try JSONDecoder().decode(LogLine.self, from: Data(text.prefix { $0 != "\n" }.utf8))
  }

  @Test("one thread and two give the same bytes, others than without; a weight of nothing changes none")
  func bytes() throws {
    let tasks = try TinyTasks()
    try train(tasks, "none", [])
    try train(tasks, "off", ["--adversary", "mood=0,same=0", "--proximal", "0"])
    let none = try tasks.read("none/model.safetensors")
    #expect(try tasks.read("off/model.safetensors") == none)
    for (name, options) in [
      ("adversary", ["--adversary", "2", "--adversary-steps", "2"]), ("words", ["--word-dropout", "0.2"]),
      ("some", ["--adversary", "same=1,answer=3", "--mixing", "batches"]),
      ("near", ["--proximal", "mood=1,answer=2", "--proximal-momentum", "0.9"]),
      ("apart", ["--adversary", "1", "--aggregation", "pcgrad", "--accumulation", "2"]),
    ] {
      try train(tasks, name + "1", options + ["--threads", "1"])
      try train(tasks, name + "2", options + ["--threads", "2"])
      let bytes = try tasks.read("\(name)1/model.safetensors")
      #expect(try tasks.read("\(name)2/model.safetensors") == bytes, "\(name)")
      #expect(bytes != none, "\(name)")
    }
    // The adversary adds to what is descended, and nothing to the losses that are shown.
    let (plain, smoothed) = (try firstStep(tasks, "none"), try firstStep(tasks, "adversary1"))
    #expect(plain.tasks?.mapValues(\.loss) == smoothed.tasks?.mapValues(\.loss))
    #expect(plain.gradientNorm != smoothed.gradientNorm)
    #expect(try firstStep(tasks, "words1").tasks?["mood"]?.loss != plain.tasks?["mood"]?.loss)
  }

  @Test("a task that is not there is refused by its name")
  func unknown() throws {
    let tasks = try TinyTasks.shared.get()
    for option in ["--adversary", "--proximal"] {
      let run = try tasks.braid(["train", "tiny.json5", "--output", "odd", option, "odd=1"])
      #expect(run.status == 1)
      #expect(run.messages.contains("there is no task 'odd' in this run; there are mood, same, near, answer"))
    }
  }

  @Test(
    "a run with a teacher, an adversary and word dropout that is interrupted and resumed gives the bytes of one that is not",
    arguments: [["--aggregation", "moco"], ["--weighting", "uncertainty", "--mixing", "batches"]])
  func resuming(balancing: [String]) throws {
    let tasks = try TinyTasks()
    try train(tasks, "teacher", [])
    try tasks.expectResumes(
      ["--epochs", "14", "--evaluate-every", "60", "--teacher", "teacher"]
        + ["--adversary", "mood=1,near=0.5,answer=2", "--word-dropout", "0.1"]
        + ["--proximal", "near=1,same=0.5"] + balancing,
      with: ["--threads", "1"])
    let verified = try tasks.braid(["verify", "whole"])
    #expect(verified.output.contains("agree"), "\(verified.messages)")
    // What a teacher says is part of what a run learns from.
    try train(tasks, "teacher", ["--force", "--seed", "2"])
    let other = try tasks.braid(["verify", "whole"])
    #expect(other.messages.contains("what the run was made with has changed: data"))
  }
}
