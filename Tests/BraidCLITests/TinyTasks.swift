import Foundation
import Synchronization
import Testing

/// Four tiny tasks, one of each type, in a temporary folder, and a model that was trained on them.
struct TinyTasks {
  let folder: URL
  /// One epoch of a very small encoder; made once for all tests that only look at it.
  let checkpoint = "run"

  /// The options of the very small encoder.
  static let small = [
    "--hidden", "32", "--layers", "1", "--heads", "2", "--vocab-size", "300", "--learning-rate", "0.003",
  ]

  static let shared: Result<TinyTasks, any Error> = Result {
    let tasks = try TinyTasks()
    let run = try tasks.braid(
      ["train", "tiny.json5", "--output", tasks.checkpoint, "--epochs", "1", "--threads", "1"] + small)
    guard run.status == 0 else { throw Failure(messages: run.messages) }
    return tasks
  }

  struct Failure: Error { let messages: String }

  /// Runs `braid` in the folder.
  func braid(_ arguments: [String], input: String = "") throws -> BraidProcess {
    try BraidProcess.run(arguments, input: input, in: folder)
  }

  /// A run that is interrupted and resumed gives the bytes of one that is not.
  ///
  /// - Parameters:
  ///   - arguments: of `braid train`, without its folder; the run is left alone in `whole`, interrupted in `parts`.
  ///   - more: of the command that resumes it.
  func expectResumes(_ arguments: [String], with more: [String] = []) throws {
    let train = ["train", "tiny.json5"] + arguments + Self.small + ["--output"]
    let whole = try braid(train + ["whole"])
    #expect(whole.status == 0, "\(whole.messages)")
    let log = folder.appendingPathComponent("parts/metrics.jsonl")
    let stopped = try BraidProcess.run(
      train + ["parts"], in: folder,
      interruptWhen: { (try? Data(contentsOf: log))?.count ?? 0 > 400 })
    #expect(stopped.status == 130, "\(stopped.messages)")
    let resumed = try braid(["train", "--resume", "parts"] + more)
    #expect(resumed.status == 0, "\(resumed.messages)")
    #expect(try read("parts/model.safetensors") == read("whole/model.safetensors"))
  }

  func read(_ path: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(path)) }

  /// All at once, as tests that run side by side write the same file.
  func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(path), options: .atomic)
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
  }

  /// The rows of all tasks are drawn from one short list of dishes and judgements.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("braid-tiny-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    TemporaryFolders.removeAtExit(folder)
    for (split, count, offset) in [("train", 96, 0), ("dev", 24, 1000), ("test", 12, 2000)] {
      var mood = "text\tlabel\n"
      var same = "text\tpair\tlabel\n"
      var near = "text\tpair\tlabel\n"
      var answer = "query\tcandidate\tlabel\n"
      for row in offset..<offset + count {
        let (dish, other, isGood) = Self.meal(row)
        mood += "the \(dish) was \(isGood ? "good" : "bad")\t\(isGood ? "positive" : "negative")\n"
        same += "I had the \(dish)\tthey served \(other)\t\(dish == other ? "yes" : "no")\n"
        near += "\(dish) and \(other)\t\(dish) and \(Self.dishes[row % 3])\t\(Double(row % 11) / 2)\n"
        for candidate in 0..<(row % 4 == 0 ? 4 : 0) {
          let named = Self.dishes[(row + candidate) % 7]
          answer += "who likes \(dish) of \(row)?\twe like \(named)\t\(named == dish ? 1 : 0)\n"
        }
      }
      try write(mood, to: "mood-\(split).tsv")
      try write(same, to: "same-\(split).tsv")
      try write(near, to: "near-\(split).tsv")
      try write(answer, to: "answer-\(split).tsv")
    }
    func splits(_ name: String) -> String {
      ["train", "dev", "test"].map { "\($0): \"\(name)-\($0).tsv\"" }.joined(separator: ", ")
    }
    try write(
      """
      { // one task of each type
        tasks: {
          mood: { type: "classification", \(splits("mood")), labels: ["negative", "positive"] },
          same: { type: "pair-classification", \(splits("same")), head: { type: "san", steps: 2 } },
          near: { type: "similarity", \(splits("near")), range: [0, 5] },
          answer: { type: "ranking", \(splits("answer")) },
        },
        training: { epochs: 4, warmup: 0.25 },
      }
      """, to: "tiny.json5")
  }

  /// Three more tasks, in `words.json5`: of words, of sets of labels, and of answers.
  func addWordTasks() throws {
    for (split, count, offset) in [("train", 48, 0), ("dev", 12, 1000)] {
      var words = "text\tlabel\n"
      var sets = ""
      var spans = ""
      for row in offset..<offset + count {
        let (dish, other, isGood) = Self.meal(row)
        words += "the \(dish) was \(isGood ? "good" : "bad")\tO B-DISH O O\n"
        let labels = Set([dish, other]).intersection(["soup", "fish"]).sorted().map { "\"\($0)\"" }
        sets +=
          "{\"text\": \"the \(dish) and the \(other)\", \"label\": [\(labels.joined(separator: ", "))]}\n"
        spans +=
          "{\"question\": \"what was \(isGood ? "good" : "bad")?\", \"context\": \"the \(dish) was good, the \(other) "
          + "was bad\", \"answer\": \"\(isGood ? dish : other)\"}\n"
      }
      try write(words, to: "words-\(split).tsv")
      try write(sets, to: "sets-\(split).jsonl")
      try write(spans, to: "spans-\(split).jsonl")
    }
    try write(
      """
      {
        tasks: {
          words: { type: "token-labelling", train: "words-train.tsv", dev: "words-dev.tsv" },
          sets: { type: "multi-label", train: "sets-train.jsonl", dev: "sets-dev.jsonl" },
          spans: { type: "span-extraction", train: "spans-train.jsonl", dev: "spans-dev.jsonl" },
        },
      }
      """, to: "words.json5")
  }

  /// Two dishes, and whether the first is praised.
  private static func meal(_ row: Int) -> (dish: String, other: String, isGood: Bool) {
    (dishes[row % 7], dishes[(row * 3 + row / 7) % 7], row * 5 / 3 % 2 == 0)
  }

  private static let dishes = ["soup", "fish", "cake", "rice", "salad", "curry", "bread"]
}

/// Folders that go when the tests end: some are shared by many of them.
enum TemporaryFolders {
  private static let folders = Mutex<[URL]>([])

  static func removeAtExit(_ folder: URL) {
    let isFirst = folders.withLock { folders in
      folders.append(folder)
      return folders.count == 1
    }
    guard isFirst else { return }
    atexit {
      for folder in TemporaryFolders.folders.withLock({ $0 }) {
        try? FileManager.default.removeItem(at: folder)
      }
    }
  }
}
