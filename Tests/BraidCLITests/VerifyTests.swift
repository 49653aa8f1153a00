import Foundation
import Testing

@Suite("braid verify") struct VerifyTests {
  /// A run of its own: the test changes its files.
  private static func trained(_ more: [String] = []) throws -> TinyTasks {
    let tasks = try TinyTasks()
    let run = try tasks.braid(
      ["train", "tiny.json5", "--output", "run", "--epochs", "3"] + TinyTasks.small + more)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages.contains("Fingerprint ") && run.messages.contains("Memory: "))
    return tasks
  }

  private static func replace(_ from: String, by to: String, in path: String, _ tasks: TinyTasks) throws {
    let text = String(decoding: try tasks.read(path), as: UTF8.self)
    #expect(text.contains(from), "\(from) in \(path)")
    try tasks.write(text.replacingOccurrences(of: from, with: to), to: path)
  }

  @Test("a run's first steps have the same bits again, on any number of threads")
  func agrees() throws {
    let tasks = try Self.trained()
    for (options, steps) in [([], "20 steps: 4 lines"), (["-n", "1000", "-j", "1"], "36 steps: ")] {
      let run = try tasks.braid(["verify", "run"] + options)
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.output.hasPrefix("The bits of run agree over \(steps)"), "\(run.output)")
    }
  }

  @Test(
    "so they have whatever the tasks share, and in either precision",
    arguments: [
      ["--sharing", "soft"], ["--sharing", "mmoe:from=0,experts=2"], ["--precision", "bfloat16"],
    ])
  func otherRuns(options: [String]) throws {
    let tasks = try Self.trained(options)
    let run = try tasks.braid(["verify", "run"])
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test("a run that starts from an encoder is taken again from there, into every copy of its parts")
  func encoder() throws {
    let tasks = try Self.trained()
    let tuned = try tasks.braid(
      ["train", "tiny.json5", "--encoder", "run", "-o", "tuned", "--epochs", "1", "--sharing", "soft"])
    #expect(tuned.status == 0, "\(tuned.messages)")
    let run = try tasks.braid(["verify", "tuned"])
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test("a log, data or options that are not the run's are found, and named")
  func differs() throws {
    let tasks = try Self.trained()
    let log = String(decoding: try tasks.read("run/metrics.jsonl"), as: UTF8.self)
    try Self.replace("\"loss\": 0.", by: "\"loss\": 1.", in: "run/metrics.jsonl", tasks)
    let other = try tasks.braid(["verify", "run"])
    #expect(other.status == 1)
    #expect(other.output == "")
    #expect(other.messages.contains("run: the bits differ at step 1\nthe run:  {\"step\": 1, "))
    try tasks.write(log, to: "run/metrics.jsonl")

    let data = String(decoding: try tasks.read("mood-train.tsv"), as: UTF8.self)
    try Self.replace("soup was bad", by: "soup was awful", in: "mood-train.tsv", tasks)
    let changed = try tasks.braid(["verify", "run"])
    #expect(changed.status == 1)
    #expect(changed.messages.contains("what the run was made with has changed: data; its fingerprint was "))
    try tasks.write(data, to: "mood-train.tsv")

    try Self.replace("\"seed\": \"1\"", by: "\"seed\": \"2\"", in: "run/run.json", tasks)
    let seed = try tasks.braid(["verify", "run"])
    #expect(seed.status == 1)
    #expect(seed.messages.contains("changed: options or tasks, the encoder it starts from; "))
  }

  @Test("a run whose data have changed is not resumed")
  func resuming() throws {
    let tasks = try TinyTasks()
    let stopped = try BraidProcess.run(
      ["train", "tiny.json5", "--output", "run", "--epochs", "1000"] + TinyTasks.small, in: tasks.folder,
      interruptWhen: { tasks.exists("run/resume/state.safetensors") }, by: SIGKILL)
    #expect(stopped.status == 128 + SIGKILL)
    try Self.replace("soup was bad", by: "soup was awful", in: "mood-train.tsv", tasks)
    let resumed = try tasks.braid(["train", "--resume", "run"])
    #expect(resumed.status == 1)
    #expect(
      resumed.messages.contains(
        "the run can't be resumed: the data of its tasks are not what they were when it was started"))
  }

  @Test(
    "a run is verified, shown and gone on with from any folder, and from its own where its paths are older")
  func otherFolder() throws {
    let tasks = try Self.trained()
    let elsewhere = tasks.folder.appendingPathComponent("some/where")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    let start = ["train", "tiny.json5", "--encoder", "run", "--teacher", "mood=run,near=run"]
    let tuned = try tasks.braid(start + ["-o", "tuned", "--epochs", "1"])
    #expect(tuned.status == 0, "\(tuned.messages)")
    let record = String(decoding: try tasks.read("tuned/run.json"), as: UTF8.self)
    #expect(record.contains(#""encoder": "../run""#) && record.contains(#""mood=../run,near=../run""#))
    let verified = try BraidProcess.run(["verify", "../../tuned"], in: elsewhere)
    #expect(verified.status == 0, "\(verified.messages)")
    #expect(try tasks.braid(["inspect", "tuned"]).output.contains("mood=run,near=run"))
    // As an earlier version has kept them.
    try Self.replace("../run", by: "run", in: "tuned/run.json", tasks)
    #expect(try tasks.braid(["verify", "tuned"]).status == 0)
    #expect(try BraidProcess.run(["verify", "../../tuned"], in: elsewhere).status == 1)

    let stopped = try BraidProcess.run(
      start + ["-o", "long", "--epochs", "1000"], in: tasks.folder,
      interruptWhen: { tasks.exists("long/resume/state.safetensors") }, by: SIGKILL)
    #expect(stopped.status == 128 + SIGKILL)
    let length = try tasks.read("long/metrics.jsonl").count
    let resumed = try BraidProcess.run(
      ["train", "--resume", "../../long"], in: elsewhere,
      interruptWhen: { ((try? tasks.read("long/metrics.jsonl").count) ?? 0) > length + 100 })
    #expect(resumed.status == 130 && resumed.messages.contains("mood: taught by "), "\(resumed.messages)")
  }
}
