import Foundation
import Testing

@Suite("braid affinity and braid train --groups") struct AffinityCommandTests {
  private struct Measured: Decodable {
    let steps: Int
    let lookahead, cosine: [String: [String: Double]]
    let groups: [[String]]
    let score: Double
  }

  private static let options = ["--epochs", "2", "--every", "2"] + TinyTasks.small
  private static let names = ["mood", "same", "near", "answer"]

  @Test("every ordered pair is measured, the same on one thread and on two, and the best groups are proposed")
  func json() throws {
    let tasks = try TinyTasks.shared.get()
    let runs = try ["1", "2"].map { threads in
      try tasks.braid(
        ["affinity", "tiny.json5", "--json", "--groups", "2", "--threads", threads] + Self.options)
    }
    #expect(runs[0].status == 0, "\(runs[0].messages)")
    #expect(runs[0].output == runs[1].output)
    let measured = try JSONDecoder().decode(Measured.self, from: Data(runs[0].output.utf8))
    #expect(measured.steps > 5)
    for source in Self.names {
      for target in Self.names {
        #expect(try #require(measured.lookahead[source]?[target]).isFinite)
        let cosine = try #require(measured.cosine[source]?[target])
        #expect(cosine == measured.cosine[target]?[source])
        #expect(source == target ? cosine == 1 : abs(cosine) < 1)
      }
    }
    // The order of the pair matters.
    #expect(measured.lookahead["mood"]?["near"] != measured.lookahead["near"]?["mood"])
    #expect(measured.groups.count == 2 && Set(measured.groups.joined()) == Set(Self.names))
  }

  @Test("tables and heat maps are printed, the page holds both, and the last line trains the groups")
  func text() throws {
    let tasks = try TinyTasks()
    // The line that is printed repeats what was given, so that it can be typed as it stands.
    try tasks.write(String(decoding: tasks.read("tiny.json5"), as: UTF8.self), to: "it's tiny.json5")
    let all = Self.names.flatMap { ["--task", $0] }
    let run = try tasks.braid(
      ["affinity", "it's tiny.json5", "--data", ".", "--groups", "2", "--output", "affinity.html"] + all
        + ["--epochs", "12", "--every", "20", "--deviation", "0.08", "--dropout", "0", "--batch-size", "16"]
        + TinyTasks.small)
    #expect(run.status == 0, "\(run.messages)")
    for part in [
      "From \\ to", "Lookahead affinity, in percent", "Cosines between", "best partition into 2 groups",
    ] {
      #expect(run.output.contains(part), "\(part) in \(run.output)")
    }
    for line in run.output.split(separator: "\n") where !line.contains(" train ") {
      #expect(line.count <= 80, "\(line)")
    }
    let page = String(decoding: try tasks.read("affinity.html"), as: UTF8.self)
    #expect(page.contains("Lookahead affinity") && page.components(separatedBy: "<svg").count > 4)

    let line = try #require(run.output.split(separator: "\n").last.map(String.init))
    #expect(line.contains(" train 'it'\\''s tiny.json5' --task mood --task same "), "\(line)")
    #expect(line.contains(" --data . ") && line.contains(" --hidden 32 ") && !line.contains("--every"))
    let trained = try BraidProcess.shell(line + " --output grouped", in: tasks.folder)
    #expect(trained.status == 0, "\(trained.messages)")
    let answers = try tasks.braid(
      ["classify", "grouped", "--task", "mood"], input: "the soup was good\nthe rice was bad\n")
    #expect(answers.output.hasPrefix("positive\t"), "\(answers.output)\(answers.messages)")
    let ranking = try tasks.braid(
      ["rank", "grouped", "-"], input: "who likes soup?\twe like soup\nwho likes soup?\twe like fish\n")
    #expect(ranking.status == 0 && ranking.output.split(separator: "\n").count == 2, "\(ranking.messages)")
    #expect(try tasks.braid(["extract", "grouped", "alone", "--task", "mood"]).status == 0)
    #expect(
      try tasks.braid(["classify", "alone"], input: "the fish was good\n").output
        == tasks.braid(["classify", "grouped", "--task", "mood"], input: "the fish was good\n").output)
  }

  @Test("with batches of one task a group learns what it learns alone, to the bit")
  func groups() throws {
    let tasks = try TinyTasks()
    let quick = TinyTasks.small + ["--epochs", "1"]
    #expect(try tasks.braid(["train", "tiny.json5", "--output", "start"] + quick).status == 0)
    #expect(try tasks.braid(["export", "start", "encoder"]).status == 0)
    // A batch a task and epoch, so that the order of a task's batches is the same. Without dev data the checkpoint is the last step's.
    let mood =
      "mood: { type: \"classification\", train: \"mood-train.tsv\", labels: [\"negative\", \"positive\"] }"
    let same = "same: { type: \"pair-classification\", train: \"same-train.tsv\", labels: [\"no\", \"yes\"] }"
    let near = "near: { type: \"similarity\", train: \"near-train.tsv\", range: [0, 5] }"
    try tasks.write("{ tasks: { \(mood) } }", to: "alone.json5")
    try tasks.write("{ tasks: { \(mood), \(same), \(near) } }", to: "three.json5")
    let options =
      [
        "--from", "encoder", "--epochs", "3", "--mixing", "batches", "--batch-size", "96", "--schedule",
        "constant", "--warmup",
        "0",
      ]
      + ["--dropout", "0", "--learning-rate", "0.003"]
    for (file, output, more) in [
      ("alone.json5", "alone", []), ("three.json5", "both", ["--groups", "mood,same+near"]),
      ("three.json5", "hard", []),
    ] {
      let run = try tasks.braid(["train", file, "--output", output] + options + more)
      #expect(run.status == 0, "\(run.messages)")
    }
    #expect(try tasks.braid(["inspect", "both"]).output.contains("groups:of=mood:1;same:2;near:2"))
    let text = "the soup was good\nthe rice was bad\nthe cake\n"
    let answers = try ["alone", "both", "hard"].map {
      try tasks.braid(["classify", $0, "--task", "mood"], input: text).output
    }
    #expect(!answers[0].isEmpty && answers[0] == answers[1])
    #expect(answers[0] != answers[2])
  }

  @Test("groups that are none are refused")
  func refusals() throws {
    let tasks = try TinyTasks.shared.get()
    let cases = [
      (["train", "tiny.json5", "--groups", "mood+same"], "no group of \"near\""),
      (["train", "tiny.json5", "--groups", "mood+same,near,answer,odd"], "the task \"odd\""),
      (["train", "tiny.json5", "--groups", "mood+same,near,answer+mood"], "\"mood\" twice"),
      (["train", "tiny.json5", "--groups", "mood+,near"], "--groups takes the tasks of each group"),
      (
        ["train", "tiny.json5", "--groups", "mood,same,near,answer", "--sharing", "soft"],
        "give it or --sharing"
      ),
      (["affinity", "tiny.json5", "--groups", "5"], "4 tasks can't be divided into 5 groups"),
    ]
    for (arguments, message) in cases {
      let run = try tasks.braid(arguments + (arguments[0] == "train" ? ["--output", "none"] : []))
      #expect(run.status != 0 && run.output == "")
      #expect(run.messages.contains(message), "\(run.messages)")
      #expect(!tasks.exists("none"))
    }
  }
}
