import Foundation
import Testing
import Training

/// `braid compare`
@Suite struct CompareTests {
  private static let arguments =
    ["compare", "tiny.json5", "--methods", "prior+pcgrad,famo", "--epochs", "1", "--output", "all.json"]
    + TinyTasks.small

  private struct File: Decodable {
    struct Run: Decodable {
      let method: String?
      let sharing: String?
      let parameters: Int
      let task: String?
      let seed: Int
      let dev: [String: [String: Double?]]
    }
    let runs: [Run]
  }

  @Test("single tasks and every method are trained and compared; what is there is not trained again")
  func comparing() throws {
    let tasks = try TinyTasks()
    let first = try tasks.braid(Self.arguments + ["--seeds", "1"])
    #expect(first.status == 0, "\(first.messages)")
    #expect(first.messages.contains("mood alone, seed 1 (model 1 of 8)"))
    let both = try tasks.braid(Self.arguments + ["--seeds", "2"])
    #expect(both.status == 0, "\(both.messages)")
    #expect(!both.messages.contains("seed 1"))
    #expect(both.messages.contains("famo, seed 2 (model 16 of 16)"))

    let runs = try JSONDecoder().decode(File.self, from: tasks.read("all.json")).runs
    #expect(runs.count == 16)
    #expect(runs.filter { $0.method == nil }.allSatisfy { $0.task != nil && $0.dev.count == 1 })
    #expect(runs.filter { $0.method == "prior+pcgrad" }.map(\.seed) == [1, 2])
    #expect(runs.filter { $0.method != nil }.allSatisfy { $0.dev.count == 4 })

    let rows = both.output.split(separator: "\n").map { $0.split(separator: " ") }
    for name in ["equal", "rlw", "prior+pcgrad", "famo"] {
      let row = try #require(rows.first { $0.first == Substring(name) }, "\(both.output)")
      // Four tasks and Δm, each mean ± deviation, parameters and milliseconds.
      #expect(row.count == 1 + 5 * 3 + 2, "\(row)")
    }
    let accuracies = runs.filter { $0.method == "famo" }.compactMap { $0.dev["mood"]?["accuracy"] ?? nil }
    let mean = 100 * accuracies.reduce(0, +) / 2
    let famo = try #require(rows.first { $0.first == "famo" })
    #expect(abs((Double(famo[1]) ?? 0) - mean) < 0.051)
  }

  @Test("a metric of one task is what the joint models go by, and the task alone")
  func bestMetric() throws {
    let tasks = try TinyTasks()
    let arguments =
      ["compare", "tiny.json5", "--methods", "equal", "--seeds", "1", "--epochs", "1"] + TinyTasks.small
    let run = try tasks.braid(arguments + ["--best-metric", "mood.accuracy", "--output", "known.json"])
    #expect(run.status == 0, "\(run.messages)")
    let unknown = try tasks.braid(arguments + ["--best-metric", "mood.joy", "--output", "unknown.json"])
    #expect(unknown.status == 1)
    #expect(unknown.messages.contains("'mood.joy'"), "\(unknown.messages)")
  }

  @Test("a task alone is a plain model, however the tasks share")
  func sharing() throws {
    let tasks = try TinyTasks()
    var alone: [[[String: [String: Double?]]]] = []
    for name in ["hard", "cross-stitch"] {
      let file = "\(name).json"
      let run = try tasks.braid(
        ["compare", "tiny.json5", "--methods", "equal", "--seeds", "1", "--epochs", "1"]
          + ["--sharing", name, "--output", file] + TinyTasks.small)
      #expect(run.status == 0, "\(run.messages)")
      let runs = try JSONDecoder().decode(File.self, from: tasks.read(file)).runs
      alone.append(runs.filter { $0.method == nil }.map(\.dev))
    }
    #expect(alone[0].count == 4 && alone[0] == alone[1])
  }

  @Test("ways of sharing are compared with each other; one more is trained beside those that are there")
  func sharings() throws {
    let tasks = try TinyTasks()
    func compare(_ sharings: String) throws -> BraidProcess {
      try tasks.braid(
        ["compare", "tiny.json5", "--seeds", "1", "--epochs", "1", "--output", "ways.json"] + TinyTasks.small
          + ["--sharing", sharings])
    }
    let first = try compare("soft:weight=0.01,distance=mean,mmoe:experts=2,from=0")
    #expect(first.status == 0, "\(first.messages)")
    #expect(first.messages.contains("soft:weight=0.01,distance=mean, seed 1 (model 6 of 7)"))
    let again = try compare("hard,soft:weight=0.01,distance=mean,mmoe:experts=2,from=0,adapters")
    #expect(again.status == 0, "\(again.messages)")
    #expect(again.messages.contains("adapters, seed 1 (model 8 of 8)") && !again.messages.contains("mmoe"))

    let runs = try JSONDecoder().decode(File.self, from: tasks.read("ways.json")).runs
    #expect(runs.count == 8)
    let ways = ["hard", "soft:weight=0.01,distance=mean", "mmoe:experts=2,from=0", "adapters"]
    #expect(runs.compactMap(\.sharing) == ways)
    #expect(runs.allSatisfy { ($0.method == "equal") == ($0.sharing != nil) })
    let rows = again.output.split(separator: "\n").map { $0.split(separator: " ") }
    for way in ways {
      let row = try #require(rows.first { $0.first == Substring(way) }, "\(again.output)")
      #expect(row.count == 1 + 5 + 2)
      let parameters = try #require(runs.first { $0.sharing == way }?.parameters)
      #expect(row[row.count - 2].filter(\.isNumber) == "\(parameters)")
    }
    let (hard, soft) = (runs[4].parameters, runs[5].parameters)
    #expect(soft > hard && runs[..<4].allSatisfy { $0.parameters < hard })

    // What can't be is refused before anything is trained.
    for (sharing, message) in [
      ("hard,sofd", "found \"sofd\", expected \"soft\""),
      ("mmoe:place=pooled,hard", "whose head \"san\" reads the states of tokens"),
    ] {
      let run = try compare(sharing)
      #expect(run.status == 1 && run.messages.contains(message) && !run.messages.contains("seed 1"))
    }
  }

  @Test("a task alone has the teachers and the smoothing that it has among the others")
  func teachers() throws {
    let tasks = try TinyTasks()
    let arguments =
      ["compare", "tiny.json5", "--methods", "equal", "--seeds", "1", "--epochs", "1"] + TinyTasks.small
    let teacher = try tasks.braid(
      ["train", "tiny.json5", "--output", "teacher", "--epochs", "1"] + TinyTasks.small)
    #expect(teacher.status == 0, "\(teacher.messages)")
    let losses = [
      "plain": [], "taught": ["--teacher", "mood=teacher,near=teacher", "--adversary", "same=1"],
      "all": ["--teacher", "teacher"],
    ]
    var alone: [String: [String: [String: Double?]]] = [:]
    for (name, options) in losses {
      let run = try tasks.braid(arguments + options + ["--output", "\(name).json"])
      #expect(run.status == 0, "\(run.messages)")
      let runs = try JSONDecoder().decode(File.self, from: tasks.read("\(name).json")).runs
      for one in runs where one.method == nil {
        for (task, figures) in one.dev { alone[name, default: [:]][task] = figures }
      }
    }
    #expect(alone["taught"]?["answer"] == alone["plain"]?["answer"])
    #expect(alone["taught"]?["near"] != alone["plain"]?["near"])
    #expect(alone["all"]?["near"] == alone["taught"]?["near"])
    #expect(alone["all"].map { Set($0.keys) } == ["mood", "same", "near", "answer"])
    let unknown = try tasks.braid(arguments + ["--teacher", "mood=nowhere", "--output", "other.json"])
    #expect(unknown.status == 1 && unknown.messages.contains("there is no such checkpoint"))
  }

  @Test("a file of another comparison is refused")
  func otherOptions() throws {
    let tasks = try TinyTasks()
    let file = #"{"options": {"epochs": "7"}, "runs": []}"#
    try tasks.write(file, to: "all.json")
    let run = try tasks.braid(Self.arguments)
    #expect(run.status == 1)
    #expect(run.messages.contains("give another --output"), "\(run.messages)")
    let misspelt = try tasks.braid(["compare", "tiny.json5", "--methods", "pcgard"])
    #expect(misspelt.status == 2)
    #expect(misspelt.messages.contains("names of weightings and aggregations"))
  }

  @Test("what a file holds counts for the same tasks, data, teachers and version alone, and is never lost")
  func changes() throws {
    let tasks = try TinyTasks()
    let file = """
      { tasks: {
        mood: { type: "classification", train: "mood-train.tsv", dev: "mood-dev.tsv", metrics: ["accuracy"] },
        near: { type: "similarity", train: "near-train.tsv", dev: "near-dev.tsv" },
      } }
      """
    try tasks.write(file, to: "two.json5")
    let quick = ["two.json5", "--epochs", "1"] + TinyTasks.small
    #expect(try tasks.braid(["train", "-o", "teacher"] + quick).status == 0)
    #expect(
      try tasks.braid([
        "evaluate", "teacher", "--split", "train", "--task", "near", "--predictions", "said.jsonl",
      ])
      .status == 0)
    func compare(_ more: [String] = []) throws -> BraidProcess {
      try tasks.braid(["compare"] + quick + ["--seeds", "1", "--teacher", "near=said.jsonl"] + more)
    }
    let first = try compare(["--methods", "equal"])
    #expect(first.status == 0, "\(first.messages)")
    let kept = String(decoding: try tasks.read("comparison.json"), as: UTF8.self)

    /// Runs with a file that has one text in place of another, and puts it back.
    func check(_ path: String, _ old: String, _ new: String, _ message: String) throws {
      let before = String(decoding: try tasks.read(path), as: UTF8.self)
      let after = before.replacingOccurrences(of: old, with: new)
      #expect(after != before, "\(old) in \(path)")
      try tasks.write(after, to: path)
      let run = try compare(["--methods", "famo"])
      #expect(run.status == 1 && run.output == "" && !run.messages.contains("seed 1"))
      #expect(run.messages.contains("comparison.json: ") && run.messages.contains(message), "\(run.messages)")
      #expect(String(decoding: try tasks.read(path), as: UTF8.self) == after)
      try tasks.write(before, to: path)
    }
    let changed = "what its comparison was made with has changed: "
    try check("mood-train.tsv", "soup was bad", "soup was awful", changed + "data")
    try check(
      "near-dev.tsv", "\t0.5\n", "\t1.0\n", changed + "data; what it holds can't stand beside new results")
    try check("two.json5", "[\"accuracy\"]", "[\"f1\"]", changed + "options or tasks; ")
    try check("said.jsonl", "\"prediction\": ", "\"prediction\": 1", changed + "data; ")
    try check("comparison.json", Braid.version, "0.0.1", "its comparison was made by braid 0.0.1, this is ")
    try check("comparison.json", "\"seed\": 1", "\"seed\": -1", "run 1, line ")
    try check(
      "comparison.json", "\"near\": {", "\"far\": {", "figures of the task 'far', which is not compared here")
    #expect(String(decoding: try tasks.read("comparison.json"), as: UTF8.self) == kept)

    // A file of a version that had no fingerprint goes on, and has one then.
    let lines = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let older = lines.filter { !$0.contains("\"fingerprint\"") }.joined(separator: "\n")
    #expect(older != kept)
    try tasks.write(older, to: "comparison.json")
    let further = try compare(["--methods", "famo"])
    #expect(
      further.status == 0 && further.messages.contains("famo, seed 1 (model 5 of 5)"), "\(further.messages)")
    #expect(!further.messages.contains("alone, seed 1"))
    let fingerprint = try #require(lines.first { $0.contains("\"fingerprint\"") })
    let now = String(decoding: try tasks.read("comparison.json"), as: UTF8.self)
    #expect(now.contains(fingerprint))
    #expect(try JSONDecoder().decode(File.self, from: Data(now.utf8)).runs.count == 5)
  }
}
