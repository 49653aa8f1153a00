import Foundation
import Testing

/// Runs that are killed without warning. `Tests/Crashes/kill-and-resume` does the same a hundred times.
@Suite("A run that is killed") struct KilledRunTests {
  @Test(
    "ends with the bytes and the log of one that is not, on one thread and on two, resumed with the other",
    arguments: [("1", "2"), ("2", "1")])
  func resumed(threads: String, others: String) throws {
    let tasks = try TinyTasks()
    try withoutDev(tasks)
    // Every sixth step is followed by an evaluation, a checkpoint and a state: some kills come amidst writing.
    let arguments =
      ["train", "last.json5", "--epochs", "40", "--evaluate-every", "6", "--aggregation", "moco"]
      + TinyTasks.small + ["--threads"]
    let begin = ContinuousClock.now
    let whole = try tasks.braid(arguments + [threads, "--output", "whole"])
    #expect(whole.status == 0, "\(whole.messages)")
    let duration = ContinuousClock.now - begin

    let parts = tasks.folder.appendingPathComponent("parts")
    let log = parts.appendingPathComponent("metrics.jsonl")
    var state = UInt64(threads)!
    var kills = 0
    for number in 0..<6 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let end = ContinuousClock.now + duration * (Double(state >> 40) / Double(1 << 24)) * 0.4
      let hasState = tasks.exists("parts/resume/state.safetensors")
      let run = try BraidProcess.run(
        hasState
          ? ["train", "--resume", "parts", "--threads", number % 2 == 0 ? others : threads]
          : arguments + [threads, "--output", "parts", "--force"],
        in: tasks.folder, interruptWhen: { ContinuousClock.now >= end }, by: SIGKILL)
      if run.status == 0 { break }
      #expect(run.status == 128 + SIGKILL, "\(run.messages)")
      kills += 1
      // What a kill amidst a line would leave.
      if let handle = try? FileHandle(forWritingTo: log) {
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"step\": 7, \"epo".utf8))
        try handle.close()
      }
    }
    #expect(kills > 0)
    if tasks.exists("parts/resume/state.safetensors") {
      let resumed = try tasks.braid(["train", "--resume", "parts", "--threads", others])
      #expect(resumed.status == 0, "\(resumed.messages)")
    }
    #expect(try tasks.read("parts/model.safetensors") == tasks.read("whole/model.safetensors"))
    #expect(try Self.lines(of: "parts", in: tasks) == Self.lines(of: "whole", in: tasks))
    let names = try FileManager.default.contentsOfDirectory(atPath: parts.path).sorted()
    #expect(
      names == [
        "config.json", "metrics.jsonl", "model.safetensors", "run.json", "tasks.json",
        "tokenizer_config.json", "vocab.txt",
      ])
  }

  /// The best checkpoint of a run without dev data is the last.
  private func withoutDev(_ tasks: TinyTasks) throws {
    let text = String(decoding: try tasks.read("tiny.json5"), as: UTF8.self)
    let last = text.replacingOccurrences(
      of: #"dev: "[a-z]*-dev.tsv", "#, with: "", options: .regularExpression
    )
    // What is hidden of its texts is drawn anew in each step.
    .replacingOccurrences(
      of: "near:", with: #"words: { type: "masked-language-modelling", train: "mood-train.tsv" }, near:"#)
    #expect(last != text && last.contains("masked"))
    try tasks.write(last, to: "last.json5")
  }

  /// The log without the speed.
  private static func lines(of run: String, in tasks: TinyTasks) throws -> [String] {
    String(decoding: try tasks.read("\(run)/metrics.jsonl"), as: UTF8.self).split(separator: "\n").map {
      $0.replacingOccurrences(of: #""tokensPerSecond": [0-9.]*"#, with: "", options: .regularExpression)
    }
  }

  @Test("is refused a second process in its folder while it lives")
  func locked() throws {
    let tasks = try TinyTasks()
    var second: BraidProcess?
    let first = try BraidProcess.run(
      ["train", "tiny.json5", "--output", "run", "--epochs", "1000"] + TinyTasks.small, in: tasks.folder,
      interruptWhen: {
        guard tasks.exists("run/resume/state.safetensors") else { return false }
        second = try? tasks.braid(["train", "--resume", "run"])
        return true
      }, by: SIGKILL)
    #expect(first.status == 128 + SIGKILL)
    #expect(second?.status == 1)
    #expect(second?.messages.contains("run: another process is training in this folder\n") == true)
  }
}
