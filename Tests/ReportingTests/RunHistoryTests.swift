import Foundation
import Reporting
import Tasks
import Testing

@Suite("The log of a run") struct RunHistoryTests {
  @Test("steps, gradients and evaluations are read with all they hold")
  func lines() throws {
    let history = try Fixture.history(
      #"{"step": 1, "epoch": 1, "learningRate": 4e-6, "gradientNorm": 0.7, "tokensPerSecond": 3175, "tasks": {"qa": {"loss": 1.8, "weight": 1}, "sst": {"loss": null, "weight": 0.5}}}"#,
      #"{"step": 2, "gradients": {"norms": {"sst": 1.2, "qa": 0.8}, "cosines": [["sst", "qa", 0.12]]}}"#,
      #"{"step": 3, "epoch": 1, "tasks": {}, "gradients": {"norms": {}, "cosines": [["sst", "qa", null]]}, "later": 1}"#,
      #"{"step": 3, "score": 0.8, "best": true, "dev": {"sst": {"accuracy": 0.9, "f1": null}}, "examples": {"sst": 872}}"#
    )
    #expect(
      history.steps == [
        .init(
          step: 1, epoch: 1, learningRate: 4e-6, gradientNorm: 0.7, tokensPerSecond: 3175,
          tasks: [.init(name: "qa", loss: 1.8, weight: 1), .init(name: "sst", loss: nil, weight: 0.5)]),
        .init(step: 3, epoch: 1, tasks: []),
      ])
    #expect(
      history.gradients == [
        .init(
          step: 2, norms: [.init(task: "sst", norm: 1.2), .init(task: "qa", norm: 0.8)],
          cosines: [.init(first: "sst", second: "qa", cosine: 0.12)]),
        .init(step: 3, norms: [], cosines: [.init(first: "sst", second: "qa", cosine: nil)]),
      ])
    #expect(
      history.evaluations == [
        .init(
          step: 3, score: 0.8, isBest: true,
          tasks: [
            .init(name: "sst", metrics: [.init(name: "accuracy", value: 0.9), .init(name: "f1", value: nil)])
          ])
      ])
    #expect(history.tasks == ["qa", "sst"])
    #expect(history.lastStep == 3)
    #expect(history.best?.step == 3)
  }

  @Test("a last line that was cut off says nothing, wherever it was cut")
  func truncated() throws {
    let first = #"{"step": 1, "tasks": {"a": {"loss": 1.5}}}"#
    let last = #"{"step": 2, "tasks": {"größe": {"loss": 2.5}}}"#
    for length in 0...last.utf8.count {
      let bytes = Array((first + "\n" + last).utf8).prefix(first.utf8.count + 1 + length)
      let history = try RunHistory(Array(bytes), file: "log")
      // Without a line break a whole line still counts.
      #expect(history.steps.map(\.step) == (length == last.utf8.count ? [1, 2] : [1]), "\(length) bytes")
    }
  }

  @Test(
    "what can't be read is named with file and line",
    arguments: [
      (#"{"step": 1, "#, "found the end"),
      (#"{"epoch": 1}"#, "found a line without \"step\", expected the number of a step"),
      (#"{"step": "one"}"#, "found the text \"one\", expected the number of a step"),
      (#"{"step": 1.5}"#, "found the number 1.5, expected the number of a step"),
      ("[1]", "found a list of 1, expected an object with a step"),
      (#"{"step": 1, "tasks": 3}"#, "found the number 3, expected losses and weights by task"),
      (#"{"step": 1, "tasks": {"a": {"loss": "low"}}}"#, "found the text \"low\", expected a number or null"),
      (#"{"step": 1, "dev": {"a": 0.5}}"#, "found the number 0.5, expected values by metric"),
      (#"{"step": 1, "gradients": {"cosines": {}}}"#, "found an object, expected a list of cosines"),
      (
        #"{"step": 1, "gradients": {"cosines": [["a", 0.5]]}}"#,
        "found a list of 2, expected [\"task\", \"task\", cosine]"
      ),
    ])
  func broken(line: String, message: String) throws {
    do {
      _ = try Fixture.history(#"{"step": 1}"#, "", line, #"{"step": 2}"#)
      Issue.record("nothing was thrown")
    } catch let error as DataError {
      #expect(error.description.hasPrefix("run/metrics.jsonl:3: found "))
      #expect(error.description.contains(message), "\(error)")
    }
  }

  @Test("a folder without a log, or with an empty one, is an error that names the file")
  func missing() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("metrics.jsonl")
    for (content, found) in [(nil, "no such file"), ("\n\n", "no lines"), ("{\"st", "no lines")] {
      try content.map { try Data($0.utf8).write(to: file) }
      let error = #expect(throws: DataError.self) { try RunHistory(folder: folder) }
      #expect(error?.description == "\(file.path): found \(found), expected the log of a run")
    }
  }

  @Test("the made-up run is read whole")
  func fixture() throws {
    let history = try Fixture.history()
    #expect(history.tasks == Fixture.taskNames)
    #expect(history.steps.map(\.step) == [1] + Array(stride(from: 10, through: 400, by: 10)))
    #expect(history.gradients.contains { $0.step == 40 } && history.gradients.contains { $0.step == 45 })
    #expect(history.evaluations.map(\.step) == [80, 160, 240, 320, 400])
    #expect(history.best?.step == 320)
  }
}
