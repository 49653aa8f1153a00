import Foundation
import Testing

@Suite("Steps whose numbers are not finite") struct SkippingTests {
  private static func tasks(rows: Int) throws -> TinyTasks {
    let tasks = try TinyTasks()
    var table = "text\tpair\tlabel\n"
    for row in 1...rows { table += "one \(row)\ttwo\t\(row % 5)\n" }
    // The square of such a score is beyond 32-bit floating point.
    try tasks.write(table + "a\tb\t-1e30\n", to: "huge.tsv")
    try tasks.write("{ tasks: { huge: { type: \"similarity\", train: \"huge.tsv\" } } }", to: "huge.json5")
    return tasks
  }

  private static let options = ["--skip-not-finite", "--weighting", "equal"] + TinyTasks.small

  @Test("are left out and counted where that is asked for", arguments: ["sum", "moco", "pcgrad"])
  func skipped(aggregation: String) throws {
    let tasks = try Self.tasks(rows: 29)
    let run = try tasks.braid(
      ["train", "huge.json5", "tiny.json5", "-o", "run", "--epochs", "2", "--aggregation", aggregation]
        + Self.options)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages.contains("left out: the loss of task 'huge' is inf at step "))
    #expect(run.output.contains("2 steps left out, as a loss or the gradient was not finite\n"))
    #expect(!run.output.contains("nan") && !run.messages.contains("nan"))
    let log = String(decoding: try tasks.read("run/metrics.jsonl"), as: UTF8.self)
    #expect(log.split(separator: "\n").count { $0.contains("\"skipped\": \"the loss of task 'huge'") } == 2)
    #expect(try tasks.braid(["report", "run", "--text"]).status == 0)
    #expect(try tasks.braid(["score", "run", "--task", "huge"], input: "one\ttwo\n").status == 0)
  }

  @Test("end the run when there are twenty in a row, with the examples of the last")
  func tooMany() throws {
    let tasks = try Self.tasks(rows: 3)
    let run = try tasks.braid(
      ["train", "huge.json5", "-o", "run", "--batch-size", "4", "--epochs", "30", "--skip-not-finite"]
        + TinyTasks.small)
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(
      run.messages.contains("braid train: 20 steps up to step 20 had to be left out, one after the other"))
    #expect(run.messages.contains("huge.tsv:5"))
  }

  @Test("a run with steps left out, killed and resumed, counts them all")
  func resumed() throws {
    let tasks = try Self.tasks(rows: 29)
    let arguments =
      ["train", "huge.json5", "--evaluate-every", "3", "--batch-size", "3", "--epochs", "40"] + Self.options
      + ["-o"]
    let whole = try tasks.braid(arguments + ["whole"])
    #expect(whole.status == 0, "\(whole.messages)")
    let killed = try BraidProcess.run(
      arguments + ["parts"], in: tasks.folder,
      interruptWhen: { tasks.exists("parts/model.safetensors") }, by: SIGKILL)
    if killed.status != 0 { #expect(try tasks.braid(["train", "--resume", "parts"]).status == 0) }
    #expect(try tasks.read("parts/model.safetensors") == tasks.read("whole/model.safetensors"))
    let skips = try ["whole", "parts"].map { name in
      String(decoding: try tasks.read("\(name)/metrics.jsonl"), as: UTF8.self)
        .split(separator: "\n").filter { $0.contains("skipped") }
        // Where the rows are is said relative to another folder after a resumption.
        .map { $0.prefix { $0 != "," } }
    }
    #expect(skips[0].count == 40 && skips[0] == skips[1])
  }
}
