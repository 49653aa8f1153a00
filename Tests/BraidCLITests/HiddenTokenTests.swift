import Foundation
import Testing

/// A small pretraining run on plain lines, and what is done with it.
@Suite("Hidden tokens") struct HiddenTokenTests {
  private static let shared: Result<TinyTasks, any Error> = Result {
    let tasks = try TinyTasks()
    let dishes = ["soup", "fish", "cake", "rice", "salad", "curry", "bread"]
    for (split, count) in [("train", 200), ("dev", 40)] {
      let lines = (0..<count).map { row in
        "the \(dishes[row * 3 % 7]) was \(row % 2 == 0 ? "good , so we ate it" : "bad , so we left it")"
      }
      try tasks.write(lines.joined(separator: "\n") + "\n", to: "lines-\(split).txt")
    }
    try tasks.write(
      """
      { tasks: { lines: { type: "masked-language-modelling", train: "lines-train.txt", dev: "lines-dev.txt" } } }
      """, to: "lines.json5")
    let run = try tasks.braid(
      ["train", "lines.json5", "--output", "lines", "--epochs", "30", "--batch-size", "16", "--threads", "2"]
        + TinyTasks.small)
    guard run.status == 0 else { throw TinyTasks.Failure(messages: run.messages) }
    return tasks
  }

  private let tasks: TinyTasks

  init() throws { tasks = try Self.shared.get() }

  private func lines(_ arguments: [String], input: String = "") throws -> [String] {
    let process = try tasks.braid(arguments, input: input)
    #expect(process.status == 0, "\(process.messages)")
    return process.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("an encoder is trained on unlabelled text alone, and tells what is hidden better than by frequency")
  func figures() throws {
    let figures = try json(lines(["evaluate", "lines", "--json"])[0])["lines"] as? [String: Double]
    // Dishes can't be told, nor the judgement from 'we' and 'it'; "the" and "so" can.
    #expect((figures?["masked-accuracy"] ?? 0) > 0.5)
    #expect((1..<6).contains(figures?["perplexity"] ?? 0))
    let table = try lines(["evaluate", "lines"]).joined(separator: "\n")
    #expect(table.contains("hidden dev tokens"))
  }

  @Test("evaluate writes what was told beside what was hidden, the same every time")
  func predictions() throws {
    _ = try lines(["evaluate", "lines", "--predictions", "hidden.jsonl"])
    let first = try tasks.read("hidden.jsonl")
    let rows = String(decoding: first, as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 40)
    let row = try json(String(rows[0]))
    #expect((row["prediction"] as? [String])?.count == (row["expected"] as? [String])?.count)
    #expect((row["probabilities"] as? [Double])?.allSatisfy { $0 > 0 && $0 < 1 } == true)
    _ = try lines(["evaluate", "lines", "--predictions", "hidden.jsonl", "--threads", "1"])
    #expect(try tasks.read("hidden.jsonl") == first)
  }

  @Test("rows of embeddings beyond the vocabulary are no pieces, in what evaluate writes either")
  func padded() throws {
    _ = try lines(["evaluate", "lines", "--predictions", "whole.jsonl"])
    // Of the vocabulary all behind the single characters goes: what the model says most often.
    let script = """
      rm -rf padded && cp -r lines padded
      grep -n '^the$' lines/vocab.txt | cut -d: -f1 > place
      head -$(($(cat place) - 1)) lines/vocab.txt > padded/vocab.txt
      "$BRAID" evaluate padded --json --predictions padded.jsonl
      """
    let run = try BraidProcess.shell(script, in: tasks.folder)
    #expect(run.status == 0, "\(run.messages)")
    let rows = String(decoding: try tasks.read("padded.jsonl"), as: UTF8.self)
    #expect(rows.split(separator: "\n").count == 40)
    let whole = String(decoding: try tasks.read("whole.jsonl"), as: UTF8.self)
    #expect(rows.contains("null") && !whole.contains("null"))
  }

  @Test("fill prints pieces with probabilities, a line for a line")
  func fill() throws {
    let input = "the soup [MASK] good , so we [MASK] it\nno hole\n\n[MASK] fish\n"
    let found = try lines(["fill", "lines", "--top", "3"], input: input).map {
      $0.components(separatedBy: "\t")
    }
    #expect(found.map(\.count) == [12, 1, 1, 6])
    #expect(found[0][0] == "was" && found[3][0] == "the" && found[1] == [""])
    #expect(found[0][6] == "ate")
    let probabilities = stride(from: 1, to: 6, by: 2).compactMap { Double(found[0][$0]) }
    #expect(probabilities.count == 3 && probabilities == probabilities.sorted(by: >))
    let object = try json(lines(["fill", "lines", "--task", "lines", "--json"], input: input)[0])
    let masks = try #require(object["masks"] as? [[String: Any]])
    #expect(masks.map { $0["start"] as? Int } == [9, 29] && masks.map { $0["end"] as? Int } == [15, 35])
    let pieces = try #require(masks[1]["pieces"] as? [[String: Any]])
    #expect(pieces.count == 5 && pieces[0]["piece"] as? String == "ate")
  }

  @Test("the encoder and its head go to a Hugging Face folder, which fills in the same")
  func export() throws {
    _ = try lines(["export", "lines", "hugging", "--task", "lines", "--force"])
    let input = "the soup [MASK] good\n"
    #expect(try lines(["fill", "hugging"], input: input) == lines(["fill", "lines"], input: input))
    let onward = try tasks.braid(
      ["train", "lines.json5", "--from", "hugging", "--output", "on", "--epochs", "1", "--force"])
    #expect(onward.messages.contains("from its own head for hidden tokens: lines"), "\(onward.messages)")
    _ = try lines(["export", "lines", "encoder", "--force"])
    let refused = try tasks.braid(["fill", "encoder"])
    #expect(refused.status == 1)
    #expect(refused.messages.contains("without a head for hidden tokens (cls.predictions)"))
  }

  @Test("a task of labels learns beside one of hidden tokens, and the commands say which is whose")
  func beside() throws {
    try tasks.write(
      """
      {
        tasks: {
          mood: { type: "classification", train: "mood-train.tsv", dev: "mood-dev.tsv" },
          text: { type: "masked-language-modelling", train: "mood-train.tsv", dev: "mood-dev.tsv" },
        },
      }
      """, to: "beside.json5")
    for (options, name) in [(["--threads", "1"], "one"), (["--threads", "2", "--adversary", "0"], "two")] {
      _ = try lines(
        [
          "train", "beside.json5", "--output", name, "--epochs", "2", "--force", "--weighting", "uncertainty",
          "--aggregation", "pcgrad", "--log-gradients", "0",
        ] + TinyTasks.small + options)
    }
    #expect(try tasks.read("one/model.safetensors") == tasks.read("two/model.safetensors"))
    for (arguments, words) in [
      (["fill", "one", "--task", "mood"], "'braid classify' is for it"),
      (["classify", "one", "--task", "text"], "'braid fill' is for it"),
      (["export", "one", "nowhere", "--task", "mood"], "'braid classify' is for it"),
      (
        ["train", "beside.json5", "--from", "one", "--teacher", "text=one", "--output", "x"],
        "no teaching for tasks of type masked-language-modelling"
      ),
    ] {
      let refused = try tasks.braid(arguments)
      #expect(refused.status == 1 && refused.messages.contains(words), "\(refused.messages)")
    }
    let smoothed = try tasks.braid(
      [
        "train", "beside.json5", "--from", "one", "--adversary", "1", "--word-dropout", "0.1", "--epochs",
        "1",
        "--output", "x", "--force",
      ])
    #expect(smoothed.status == 0, "\(smoothed.messages)")
  }

  @Test("what can't be hidden is said: no text, no [MASK], help")
  func refusals() throws {
    try tasks.write("\n\n", to: "empty.txt")
    try tasks.write(
      #"{ tasks: { x: { type: "masked-language-modelling", train: "empty.txt" } } }"#, to: "empty.json5")
    let vocabulary = (["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + "abcdefghijklmnopqrstuvwxyz".map { "\($0)" })
    try tasks.write(vocabulary.joined(separator: "\n") + "\n", to: "nomask.txt")
    for (arguments, words) in [
      (["empty.json5", "--vocab", "nomask.txt"], "whose vocabulary has no [MASK]"),
      (["empty.json5", "--encoder", "lines"], "found no rows, expected at least one"),
    ] {
      let refused = try tasks.braid(["train"] + arguments + ["--output", "x", "--force"])
      #expect(refused.status == 1 && refused.messages.contains(words), "\(refused.messages)")
    }
    let help = try tasks.braid(["fill", "--help"])
    #expect(help.status == 0 && help.output.contains("--top K") && help.output.contains("[MASK]"))
    #expect(try tasks.braid(["fill", "lines", "--top", "0"]).status == 2)
  }
}
