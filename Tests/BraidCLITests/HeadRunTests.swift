import Foundation
import Testing

/// The tasks of `tasks/restaurant/heads.json5`, learned in part, and the commands that use what was learned.
@Suite("Heads for words, sets and answers") struct HeadRunTests {
  private let run: HeadRun

  init() throws { run = try HeadRun.shared.get() }

  private func lines(_ arguments: String, input: String = "") throws -> [String] {
    try run.lines(arguments, input: input)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("every task is learned, better than what needs no reading")
  func figures() throws {
    let figures = try json(try lines("evaluate run --json")[0])
    func value(_ task: String, _ metric: String) -> Double {
      (figures[task] as? [String: Double])?[metric] ?? -1
    }
    // Who takes every thing for praised finds half of the entities.
    #expect(value("mentions", "entity-f1") > 0.85)
    #expect(value("mentions", "accuracy") > 0.97)
    #expect(value("alerts", "micro-f1") > 0.9)
    // In half of the reviews the answer is the first of two things.
    #expect(value("evidence", "exact-match") > 0.85)
    #expect(value("evidence", "answer-f1") >= value("evidence", "exact-match"))
  }

  @Test("evaluate writes the label of each word beside the expected one")
  func predictions() throws {
    _ = try lines("evaluate run --task mentions --predictions words.jsonl")
    let rows = String(
      decoding: try Data(contentsOf: run.folder.appendingPathComponent("words.jsonl")), as: UTF8.self
    )
    .split(separator: "\n")
    #expect(rows.count == 400)
    let first = try json(String(rows[0]))
    let expected = try #require(first["expected"] as? [String])
    #expect((first["prediction"] as? [String])?.count == expected.count && expected.contains("O"))
  }

  @Test("tag finds entities in plain text, and says where")
  func tag() throws {
    let input = "We loved the soup, but the waiter was rude.\n\nThe hall was lovely.\n"
    let found = try lines("tag run", input: input)
    try #require(found.count == 3)
    #expect(found[1].isEmpty)
    let objects = try lines("tag run --task mentions --json", input: input).map(json)
    let words = try objects.map { try #require($0["words"] as? [[String: Any]]) }
    #expect(words.map(\.count) == [11, 0, 5])
    try #require(words[0].count > 5)
    #expect(words[0].map { $0["text"] as? String }[3...5] == ["soup", ",", "but"])
    #expect(words[0][3]["start"] as? Int == 13 && words[0][3]["end"] as? Int == 17)
    for (line, object) in zip(found, objects) {
      let entities = try #require(object["entities"] as? [[String: Any]])
      let shown = entities.map { "\($0["type"] ?? "") \($0["text"] ?? "")" }.joined(separator: "\t")
      #expect(line == shown)
    }
    #expect(found[2].hasSuffix("the hall") || found[2].hasSuffix("The hall"))
  }

  @Test("places count the characters of a line, however long it is and whatever is in it")
  func places() throws {
    let text = Array(repeating: "é 日本 soup, 😀 the e\u{301} waiter", count: 200).joined(separator: " ")
    let scalars = Array(text.unicodeScalars)
    let object = try json(try #require(try lines("tag run --json", input: text + "\n").first))
    let found = try ["entities", "words"].flatMap { try #require(object[$0] as? [[String: Any]]) }
    #expect(found.count > 1400)
    for place in found {
      let (start, end) = (try #require(place["start"] as? Int), try #require(place["end"] as? Int))
      try #require(start < end && end <= scalars.count)
      var shown = String.UnicodeScalarView()
      shown.append(contentsOf: scalars[start..<end])
      #expect(place["text"] as? String == String(shown))
    }
  }

  @Test("tag labels words between blanks as data files have them, as evaluate does")
  func tagLabels() throws {
    let rows = try run.rows("mentions/dev.tsv")
    let texts = rows.map { $0[0] }.joined(separator: "\n") + "\n"
    let labels = try lines("tag run --words --labels", input: texts)
    #expect(labels.count == rows.count)
    for (line, row) in zip(labels, rows) {
      #expect(line.split(separator: " ").count == row[1].split(separator: " ").count)
    }
    let right = zip(labels, rows).reduce(0) { sum, pair in
      sum + zip(pair.0.split(separator: " "), pair.1[1].split(separator: " ")).count { $0 == $1 }
    }
    let words = rows.reduce(0) { $0 + $1[1].split(separator: " ").count }
    let accuracy = try #require(
      (try json(try lines("evaluate run --task mentions --json")[0])["mentions"] as? [String: Double])?[
        "accuracy"])
    #expect(abs(Double(right) / Double(words) - accuracy) < 1e-9)
  }

  @Test("classify gives sets of labels, one for each that is more probable than not")
  func sets() throws {
    let texts = try run.rows("alerts/dev.tsv").prefix(50).map { $0[0] }.joined(separator: "\n") + "\n"
    let plain = try lines("classify run --task alerts", input: texts).map { $0.components(separatedBy: "\t") }
    let objects = try lines("classify run --task alerts --json", input: texts).map(json)
    #expect(plain.count == 50 && objects.count == 50)
    let names = ["kitchen", "service", "room"]
    var sizes: Set<Int> = []
    for (fields, object) in zip(plain, objects) {
      let probabilities = fields.dropFirst().compactMap(Double.init)
      let labels = zip(names, probabilities).filter { $0.1 >= 0.5 }.map(\.0)
      sizes.insert(labels.count)
      #expect(fields[0] == (labels.isEmpty ? "-" : labels.joined(separator: ",")))
      #expect(object["prediction"] as? [String] == labels)
      #expect((object["probabilities"] as? [String: Double])?.count == 3)
    }
    #expect(sizes.isSuperset(of: [0, 1]))
    let top = try lines("classify run --task alerts --threshold 0.5", input: texts)
    for (line, fields) in zip(top, plain) {
      let labels = line.components(separatedBy: "\t").enumerated().filter { $0.offset % 2 == 0 }.map(
        \.element)
      #expect(Set(labels) == Set(fields[0] == "-" ? [""] : fields[0].components(separatedBy: ",")))
    }
  }

  @Test("answer prints a part of the text, and says where it is")
  func answer() throws {
    let rows = try run.rows("evidence/dev.tsv").prefix(100)
    let input = rows.map { "\($0[0])\t\($0[1])" }.joined(separator: "\n") + "\nWhat was good?\t\n"
    let plain = try lines("answer run", input: input).map { $0.components(separatedBy: "\t") }
    let objects = try lines("answer run --json", input: input).map(json)
    try #require(plain.count == 101 && objects.count == 101)
    var right = 0
    for (row, (fields, object)) in zip(rows, zip(plain, objects)) {
      let answer = try #require(object["answer"] as? String)
      let (start, end) = (object["start"] as? Int ?? 0, object["end"] as? Int ?? 0)
      try #require(start <= end && end <= row[1].count)
      #expect(String(Array(row[1])[start..<end]) == answer && fields[0] == answer)
      #expect((0...1).contains(object["probability"] as? Double ?? -1))
      right += answer == row[2] ? 1 : 0
    }
    #expect(right > 55)
    #expect(plain[100] == ["", "0.000000"])
    #expect(objects[100]["answer"] is NSNull)
  }

  @Test("commands say which command a task is for")
  func wrongCommand() throws {
    for (command, task, advice) in [
      ("classify", "mentions", "'braid tag' is for it"), ("tag", "evidence", "'braid answer' is for it"),
      ("answer", "alerts", "'braid classify' is for it"),
    ] {
      let process = try run.braid([command, "run", "--task", task])
      #expect(process.status == 1)
      #expect(process.messages.contains(advice), "\(process.messages)")
    }
  }

  @Test("teachers and adversaries say which of these tasks they are not for; words can be smoothed")
  func transfer() throws {
    let few = run.folder.appendingPathComponent("few.json5")
    try Data(
      """
      { tasks: {
          mentions: {
            type: "token-labelling", train: { file: "mentions/train.tsv", sample: 100 },
            labels: ["O", "B-PRAISED", "I-PRAISED", "B-BLAMED", "I-BLAMED"],
          },
          alerts: { type: "multi-label", train: { file: "alerts/train.tsv", sample: 100 } },
          evidence: { type: "span-extraction", train: { file: "evidence/train.tsv", sample: 100 } },
      } }
      """.utf8
    ).write(to: few)
    func train(_ options: String) throws -> BraidProcess {
      let start = [
        "train", few.path, "--data", HeadRun.tasks.path, "--encoder", "run", "--output", "other", "--force",
        "--epochs", "1",
      ]
      return try run.braid(start + options.split(separator: " ").map(String.init))
    }
    for (options, words) in [
      ("--teacher run", "no teaching for tasks of type token-labelling, as 'mentions' is"),
      ("--teacher evidence=run", "no teaching for tasks of type span-extraction, as 'evidence' is"),
      ("--adversary 1", "no adversary for tasks of type multi-label, as 'alerts' is"),
    ] {
      let refused = try train(options)
      #expect(refused.status == 1 && refused.messages.contains(words), "\(refused.messages)")
    }
    let smoothed = try train("--adversary mentions=1")
    #expect(smoothed.status == 0, "\(smoothed.messages)")
  }

  @Test("baseline leaves out what a bag of words has no answer to")
  func baseline() throws {
    let process = try run.braid(["baseline", run.taskFile])
    #expect(
      process.messages.contains("mentions: left out, as a bag of words has no answer to token-labelling"))
  }
}

/// A run on a part of the bundled tasks of other kinds.
struct HeadRun {
  let folder: URL
  /// Made once for all tests.
  static let shared: Result<HeadRun, any Error> = Result { try HeadRun() }

  static let tasks = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("tasks/restaurant")

  var taskFile: String { Self.tasks.appendingPathComponent("heads.json5").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("braid-heads-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    TemporaryFolders.removeAtExit(folder)
    // From an encoder that has read of the restaurant, heads need fewer epochs than the task file asks for.
    let encoder = Self.tasks.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("checkpoints/restaurant")
    let process = try braid([
      "train", taskFile, "--encoder", encoder.path, "--output", "run", "--epochs", "4", "--learning-rate",
      "0.001", "--shares", "mentions=1,alerts=1,evidence=2", "--evaluate-every", "1000000",
    ])
    guard process.status == 0 else { throw TinyTasks.Failure(messages: process.messages) }
  }

  func braid(_ arguments: [String], input: String = "") throws -> BraidProcess {
    try BraidProcess.run(arguments, input: input, in: folder)
  }

  func lines(_ arguments: String, input: String = "") throws -> [String] {
    let process = try braid(arguments.split(separator: " ").map(String.init), input: input)
    #expect(process.status == 0, "\(process.messages)")
    return process.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// The rows of a bundled table, without its header.
  func rows(_ path: String) throws -> [[String]] {
    let text = String(decoding: try Data(contentsOf: Self.tasks.appendingPathComponent(path)), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
