import Foundation
import Testing

@Suite("braid report") struct ReportTests {
  @Test("a run's report is a page in its folder, or where --output says")
  func page() throws {
    let tasks = try TinyTasks.shared.get()
    let run = try tasks.braid(["report", "run"])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output == "")
    #expect(run.messages == "Report written to run/report.html\n")
    let page = String(decoding: try tasks.read("run/report.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    for part in [
      "<h1>run</h1>", "4 tasks", "in 1 epoch", "pair-classification", "best: step", "near: metrics",
      // Options that are not the defaults, and none that are.
      "<dt>tasks</dt><dd>tiny.json5</dd>", "<dt>hidden</dt><dd>32</dd>", "<dt>warmup</dt><dd>0.25</dd>",
      "<dt>learning-rate</dt><dd>0.003</dd>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    for name in [
      "version", "threads", "feed-forward", "schedule", "weighting", "shares", "batch-size", "seed",
    ] {
      #expect(!page.contains("<dt>\(name)</dt>"), "\(name)")
    }
    #expect(try tasks.braid(["report", "run", "--output", "elsewhere.html"]).status == 0)
    #expect(String(decoding: try tasks.read("elsewhere.html"), as: UTF8.self) == page)
  }

  @Test("--text draws the curves on standard output, as wide as COLUMNS says")
  func text() throws {
    let tasks = try TinyTasks.shared.get()
    for columns in [60, 100] {
      let run = try BraidProcess.run(
        ["report", "run", "--text"], environment: ["COLUMNS": "\(columns)"], in: tasks.folder)
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.messages == "")
      let lines = run.output.split(separator: "\n")
      for part in ["== Losses", "== Dev metrics", "mood (accuracy)", "best score", "Correlation"] {
        #expect(run.output.contains(part), "\(part)")
      }
      #expect(lines.allSatisfy { $0.count <= columns })
      #expect(lines.contains { $0.count > columns - 12 })
    }
  }

  @Test("the log alone is enough, and what is wrong with it is said with its line")
  func logAlone() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let missing = try BraidProcess.run(["report", "."], in: folder)
    #expect(missing.status == 1)
    #expect(missing.messages.contains("metrics.jsonl: found no such file, expected the log of a run"))
    let line = #"{"step": 10, "tasks": {"a&b": {"loss": 1.5, "weight": 1}}}"#
    let log = folder.appendingPathComponent("metrics.jsonl")
    try Data((line + "\n" + line.prefix(20)).utf8).write(to: log)
    let run = try BraidProcess.run(["report", "."], in: folder)
    #expect(run.status == 0, "\(run.messages)")
    let page = try String(contentsOf: folder.appendingPathComponent("report.html"), encoding: .utf8)
    #expect(page.contains("a&amp;b") && page.contains("<h1>\(folder.lastPathComponent)</h1>"))
    try Data((line.prefix(20) + "\n" + line).utf8).write(to: log)
    let broken = try BraidProcess.run(["report", "."], in: folder)
    #expect(broken.status == 1)
    #expect(broken.messages.contains("metrics.jsonl:1: found "), "\(broken.messages)")
  }
}
