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
    try kill(
      ["last.json5", "--epochs", "26", "--evaluate-every", "6", "--aggregation", "moco"], tasks, kills: 6,
      threads: threads, others: others)
  }

  @Test(
    "so it does with all else that a run remembers",
    arguments: [
      // Weights that are learned with moments of their own, smoothed; and a teacher that is asked again.
      ["--weighting", "uncertainty-revised", "--weight-smoothing", "0.5", "--teacher", "teacher"],
      ["--weighting", "gradnorm", "--teacher", "mood=teacher,near=teacher.jsonl", "--teacher-weight", "0.8"],
      // The best so far, how long there was no better one, and means over epochs.
      ["--weighting", "dwa", "--aggregation", "db-mtl", "--patience", "30"],
      [
        "--weighting", "famo", "--word-dropout", "0.1", "--adversary", "mood=1,near=0.5", "--optimizer",
        "adamax",
      ],
      [
        "--sharing", "mmoe:experts=2,from=0", "--optimizer", "adatask", "--mixing", "batches", "--round", "2",
      ],
    ])
  func memory(options: [String]) throws {
    let tasks = try TinyTasks()
    if options.contains("--teacher") {
      let teacher = try tasks.braid(
        ["train", "tiny.json5", "--output", "teacher", "--epochs", "2"] + TinyTasks.small)
      #expect(teacher.status == 0, "\(teacher.messages)")
      let said = try tasks.braid([
        "evaluate", "teacher", "--split", "train", "--predictions", "teacher.jsonl",
      ])
      #expect(said.status == 0, "\(said.messages)")
    }
    try kill(["tiny.json5", "--epochs", "8", "--evaluate-every", "5"] + options, tasks, kills: 4)
  }

  @Test("so it does with tasks of words, of sets of labels and of answers", arguments: ["sum", "nash-mtl"])
  func words(aggregation: String) throws {
    let tasks = try TinyTasks()
    try tasks.addWordTasks()
    try kill(
      ["words.json5", "tiny.json5", "--epochs", "6", "--evaluate-every", "7", "--aggregation", aggregation],
      tasks, kills: 4)
  }

  @Test("is not resumed with a teacher that says something else")
  func otherTeacher() throws {
    let tasks = try TinyTasks()
    for (name, seed) in [("teacher", "1"), ("other", "2")] {
      let teacher = try tasks.braid(
        ["train", "tiny.json5", "--output", name, "--epochs", "1", "--seed", seed] + TinyTasks.small)
      #expect(teacher.status == 0, "\(teacher.messages)")
    }
    let stopped = try BraidProcess.run(
      ["train", "tiny.json5", "--output", "run", "--epochs", "1000", "--teacher", "teacher"]
        + TinyTasks.small,
      in: tasks.folder, interruptWhen: { tasks.exists("run/resume/state.safetensors") }, by: SIGKILL)
    #expect(stopped.status == 128 + SIGKILL)
    let teacher = tasks.folder.appendingPathComponent("teacher")
    try FileManager.default.removeItem(at: teacher)
    try FileManager.default.copyItem(at: tasks.folder.appendingPathComponent("other"), to: teacher)
    let resumed = try tasks.braid(["train", "--resume", "run"])
    #expect(resumed.status == 1)
    #expect(resumed.messages.contains("the data of its tasks are not what they were when it was started"))
  }

  /// Kills a run again and again, resumes it to its end, and compares it with one that was left alone.
  private func kill(
    _ options: [String], _ tasks: TinyTasks, kills most: Int, threads: String = "2", others: String = "1"
  ) throws {
    let arguments = ["train"] + options + TinyTasks.small + ["--threads"]
    let begin = ContinuousClock.now
    let whole = try tasks.braid(arguments + [threads, "--output", "whole"])
    #expect(whole.status == 0, "\(whole.messages)")
    let duration = ContinuousClock.now - begin

    let parts = tasks.folder.appendingPathComponent("parts")
    let log = parts.appendingPathComponent("metrics.jsonl")
    var state = UInt64(threads)!
    var kills = 0
    for number in 0..<most {
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
      // The kill came when all was done, but for the end of the process.
      if !tasks.exists("parts/resume/state.safetensors") && tasks.exists("parts/model.safetensors") { break }
      // What a kill amidst a line would leave.
      if let handle = try? FileHandle(forWritingTo: log) {
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"step\": 7, \"epo".utf8))
        try handle.close()
      }
    }
    #expect(kills > 0)
    let last =
      tasks.exists("parts/resume/state.safetensors")
      ? ["train", "--resume", "parts", "--threads", others]
      : tasks.exists("parts/model.safetensors") ? nil : arguments + [threads, "--output", "parts", "--force"]
    if let last {
      let resumed = try tasks.braid(last)
      #expect(resumed.status == 0, "\(resumed.messages)")
    }
    #expect(try tasks.read("parts/model.safetensors") == tasks.read("whole/model.safetensors"))
    let (found, expected) = (try Self.lines(of: "parts", in: tasks), try Self.lines(of: "whole", in: tasks))
    #expect(found == expected, "\(found.difference(from: expected))")
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
