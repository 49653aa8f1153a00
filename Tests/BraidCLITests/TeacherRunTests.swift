import Foundation
import Testing

@Suite("braid train --teacher") struct TeacherRunTests {
  /// A teacher of all four tiny tasks that knows something.
  private static let taught: Result<TinyTasks, any Error> = Result {
    let tasks = try TinyTasks()
    let run = try tasks.braid(
      [
        "train", "tiny.json5", "--output", "teacher", "--epochs", "12", "--deviation", "0.08", "--dropout",
        "0",
      ]
        + TinyTasks.small)
    guard run.status == 0 else { throw TinyTasks.Failure(messages: run.messages) }
    let files = try tasks.braid(["evaluate", "teacher", "--split", "train", "--predictions", "teacher.jsonl"])
    guard files.status == 0 else { throw TinyTasks.Failure(messages: files.messages) }
    return tasks
  }

  /// A smaller encoder than the teacher's, with another vocabulary.
  private static let student = [
    "--hidden", "24", "--layers", "1", "--heads", "2", "--vocab-size", "220", "--learning-rate", "0.003",
    "--deviation", "0.08", "--dropout", "0",
  ]

  private func train(
    _ tasks: TinyTasks, _ run: String, file: String = "tiny.json5", _ more: [String]
  ) throws -> BraidProcess {
    let result = try tasks.braid(["train", file, "--output", run] + Self.student + more)
    #expect(result.status == 0, "\(result.messages)")
    return result
  }

  @Test("a smaller student learns from a teacher alone what the labels do not say")
  func distillation() throws {
    let tasks = try Self.taught.get()
    // Every label is turned round, and the labels stand in another order.
    let lines = String(decoding: try tasks.read("mood-train.tsv"), as: UTF8.self)
    try tasks.write(
      lines.replacingOccurrences(of: "\tpositive", with: "\tx").replacingOccurrences(
        of: "\tnegative", with: "\tpositive"
      )
      .replacingOccurrences(of: "\tx", with: "\tnegative"), to: "wrong-train.tsv")
    try tasks.write(
      """
      { tasks: { mood: { type: "classification", train: "wrong-train.tsv", dev: "mood-dev.tsv",
                         labels: ["positive", "negative"] } },
        training: { teacher: "teacher", teacherWeight: 1, teacherTemperature: 2, epochs: 60 } }
      """, to: "wrong.json5")
    let run = try train(tasks, "student", file: "wrong.json5", [])
    #expect(run.messages.contains("mood: taught by teacher"))
    let evaluation = try tasks.braid(["evaluate", "student", "--json"])
    let figures = try JSONDecoder().decode(
      [String: [String: Double]].self, from: Data(evaluation.output.utf8))
    // By the labels alone it would be near nothing.
    #expect(try #require(figures["mood"]?["accuracy"]) > 0.9)
  }

  @Test(
    "a teacher's file and the teacher itself, one or two of them, give the same bytes; a weight of nothing none"
  )
  func files() throws {
    let tasks = try Self.taught.get()
    let quick = ["--epochs", "2", "--teacher-temperature", "1.5"]
    _ = try train(tasks, "asked", quick + ["--teacher", "teacher", "--threads", "1"])
    _ = try train(tasks, "read", quick + ["--teacher", "teacher.jsonl", "--threads", "2"])
    _ = try train(
      tasks, "named",
      quick + ["--teacher", "mood=teacher,same=teacher.jsonl,near=teacher.jsonl,answer=teacher"])
    _ = try train(tasks, "twice", quick + ["--teacher", "teacher,teacher.jsonl"])
    _ = try train(tasks, "none", ["--epochs", "2"])
    _ = try train(tasks, "weightless", ["--epochs", "2", "--teacher", "teacher", "--teacher-weight", "0"])
    let asked = try tasks.read("asked/model.safetensors")
    for run in ["read", "named", "twice"] {
      #expect(try tasks.read("\(run)/model.safetensors") == asked, "\(run)")
    }
    #expect(try tasks.read("none/model.safetensors") != asked)
    #expect(try tasks.read("none/model.safetensors") == tasks.read("weightless/model.safetensors"))
    let verified = try tasks.braid(["verify", "asked"])
    #expect(verified.output.contains("agree"), "\(verified.messages)")
  }

  @Test("a teacher that can't teach is refused at the start, in words that name it")
  func refusals() throws {
    let tasks = try Self.taught.get()
    let text = String(decoding: try tasks.read("teacher.jsonl"), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let dev = try tasks.braid(["evaluate", "teacher", "--predictions", "dev.jsonl"])
    #expect(dev.status == 0)
    lines.remove(at: 3)
    try tasks.write(lines.joined(separator: "\n"), to: "short.jsonl")
    lines[1] = "{\"task\": \"mood\"}"
    try tasks.write(lines.joined(separator: "\n"), to: "broken.jsonl")
    try tasks.write(
      "{ tasks: { mood: { type: \"classification\", train: \"mood-train.tsv\", labels: [\"negative\", \"positive\", \"so\"] } } }",
      to: "three.json5")
    let cases: [(file: String, teacher: String, message: String)] = [
      ("tiny.json5", "gone", "gone: there is no such checkpoint or file of predictions to learn from"),
      (
        "tiny.json5", "odd=teacher", "there is no task 'odd' to be taught; there are mood, same, near, answer"
      ),
      ("tiny.json5", "near=mood-train.tsv", "mood-train.tsv:1: found no prediction"),
      ("tiny.json5", "short.jsonl", "there is no prediction of 'mood' for"),
      ("tiny.json5", "broken.jsonl", "broken.jsonl:2: found no prediction"),
      ("tiny.json5", "dev.jsonl", "training rows, as with --split train"),
      ("three.json5", "teacher", "teacher: there the labels of 'mood' are negative, positive, and here"),
    ]
    for (file, teacher, message) in cases {
      let run = try tasks.braid(["train", file, "--output", "refused", "--teacher", teacher] + Self.student)
      #expect(run.status == 1)
      #expect(run.messages.contains(message), "\(run.messages)")
      #expect(!tasks.exists("refused"))
    }
  }
}
