import Foundation
import Testing

@Suite("The commands that use a checkpoint") struct PredictionTests {
  private let tasks: TinyTasks

  init() throws { tasks = try TinyTasks.shared.get() }

  private func lines(_ arguments: String, input: String = "") throws -> [String] {
    let run = try tasks.braid(arguments.split(separator: " ").map(String.init), input: input)
    #expect(run.status == 0, "\(run.messages)")
    return run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("evaluate prints a table, or JSON with the same figures")
  func evaluate() throws {
    let table = try lines("evaluate run")
    #expect(table[0].hasPrefix("Task    Metric"))
    #expect(table.contains { $0.contains("answerable dev query") || $0.contains("answerable dev queries") })
    let figures = try json(try lines("evaluate run --json")[0])
    #expect(figures.keys.sorted() == ["answer", "mood", "near", "same"])
    let accuracy = try #require((figures["mood"] as? [String: Double])?["accuracy"])
    let shown = String(format: "%.4f", accuracy)
    #expect(table.contains { $0.hasPrefix("mood") && $0.contains(shown) })
    // The same as at the end of training.
    let log = String(decoding: try tasks.read("run/metrics.jsonl"), as: UTF8.self)
    #expect(log.contains("\"mood\": {\"accuracy\": \(accuracy)}"))
  }

  @Test("evaluate takes other data, another split, some of the tasks")
  func evaluateElsewhere() throws {
    let here = try lines("evaluate run --split test --task mood --task near --json")
    #expect(try json(here[0]).keys.sorted() == ["mood", "near"])
    try tasks.write(
      "{ tasks: { mood: { type: \"classification\", test: \"mood-test.tsv\", metrics: [\"accuracy\", \"f1\"] } } }",
      to: "other.json5")
    let there = try json(try lines("evaluate run other.json5 --split test --json")[0])
    let expected = try json(here[0])["mood"] as? [String: Double]
    #expect((there["mood"] as? [String: Double])?["accuracy"] == expected?["accuracy"])
    #expect((there["mood"] as? [String: Double])?["f1"] != nil)
    let none = try tasks.braid(["evaluate", "run", "other.json5"])
    #expect(none.status == 1)
    #expect(none.messages.contains("none of the tasks has dev data: mood"))
  }

  @Test("evaluate writes a line for each prediction, in the order of the data")
  func predictions() throws {
    _ = try lines("evaluate run --predictions predictions.jsonl --threads 2")
    let written = String(decoding: try tasks.read("predictions.jsonl"), as: UTF8.self).split(separator: "\n")
    #expect(written.count == 24 * 3 + 24)
    let first = try json(String(written[0]))
    #expect(first["task"] as? String == "mood" && first["row"] as? Int == 0)
    #expect(first["expected"] as? String == "positive")
    let probabilities = try #require(first["probabilities"] as? [String: Double])
    #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-5)
    #expect(probabilities[first["prediction"] as? String ?? ""] == probabilities.values.max())
    let last = try json(String(written[written.count - 1]))
    #expect(last["task"] as? String == "answer" && last["row"] as? Int == 23)
    #expect(last["query"] as? String == "6" && last["candidate"] as? String == "3")
  }

  @Test("classify answers each line in its order, however long the input")
  func classify() throws {
    let texts = (0..<1500).map {
      "the \($0 % 3 == 0 ? "soup" : "fish and rice and cake") was \($0 % 2 == 0 ? "good" : "bad")"
    }
    let answers = try lines("classify run --task mood -", input: texts.joined(separator: "\n"))
    #expect(answers.count == texts.count)
    // Six texts in turn, so six answers in turn, whatever batch they were in.
    for index in answers.indices { #expect(answers[index] == answers[index % 6]) }
    for line in answers.prefix(6) {
      let fields = line.split(separator: "\t")
      #expect(fields.count == 3)
      let (negative, positive) = (Double(fields[1]) ?? 0, Double(fields[2]) ?? 0)
      #expect(abs(negative + positive - 1) < 1e-5)
      #expect(fields[0] == (positive > negative ? "positive" : "negative"))
    }
    let asJSON = try lines("classify run --task mood --json", input: texts[0] + "\n" + texts[1])
    #expect(asJSON.count == 2)
    let answer = try json(asJSON[0])
    #expect(answer["prediction"] as? String == answers[0].split(separator: "\t").first.map(String.init))
    #expect((answer["probabilities"] as? [String: Double])?.keys.sorted() == ["negative", "positive"])
  }

  @Test("classify takes empty lines, CR LF, a byte order mark, bytes that are not UTF-8, and long lines")
  func awkwardInput() throws {
    let plain = try lines("classify run --task mood", input: "the soup was good\n\nthe fish was bad\n")
    #expect(plain.count == 3)
    #expect(
      try lines("classify run --task mood", input: "\u{FEFF}the soup was good\r\n\r\nthe fish was bad")
        == plain)
    let bytes =
      Array("the soup was good\n".utf8) + [0xFF, 0xC3, 0x0A]
      + Array(repeating: UInt8(ascii: "a"), count: 300_000)
    let run = try BraidProcess.run(["classify", "run", "--task", "mood"], input: bytes, in: tasks.folder)
    #expect(run.status == 0)
    let answers = run.output.split(separator: "\n")
    #expect(answers.count == 3)
    #expect(answers.first.map(String.init) == plain[0])
    #expect(try lines("classify run --task mood", input: "") == [])
  }

  @Test("classify answers a line before the next is there")
  func streaming() throws {
    // The second line is sent only once the first has its answer.
    let run = try BraidProcess.shell(
      """
      mkfifo in-fifo
      "$BRAID" classify run --task mood < in-fifo > streamed &
      exec 3> in-fifo
      echo 'the soup was good' >&3
      while [ ! -s streamed ]; do sleep 0.02; done
      wc -l < streamed
      echo 'the fish was bad' >&3
      exec 3>&-
      wait
      wc -l < streamed
      """, in: tasks.folder, timeLimit: 20)
    #expect(run.output.split(whereSeparator: \.isWhitespace) == ["1", "2"])
  }

  @Test("a pair without a TAB is an error that names the line, after the answers before it")
  func badPair() throws {
    let run = try tasks.braid(["classify", "run", "--task", "same"], input: "a\tb\nno tab\nc\td\n")
    #expect(run.status == 1)
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(
      run.messages
        == "braid classify: standard input:2: found no TAB, expected two texts with a TAB between them\n")
  }

  @Test("score gives a number a line, in the range of the labels")
  func score() throws {
    try tasks.write("soup and fish\tfish\nsoup\tsoup\n", to: "pairs.tsv")
    let scores = try lines("score run pairs.tsv").compactMap(Double.init)
    #expect(scores.count == 2 && scores.allSatisfy { (0...5).contains($0) })
    #expect(
      try lines("score run --task near - --threads 1", input: "soup\tsoup\n").compactMap(Double.init) == [
        scores[1]
      ])
    #expect(try lines("score run --task answer pairs.tsv").count == 2)
  }

  @Test("rank writes a run file, best candidates first")
  func rank() throws {
    try tasks.write(
      "q7\twho likes soup?\td1\twe like soup\nq7\twho likes soup?\td2\twe like fish\nq7\twho likes soup?\td3\twe like fish\n"
        + "q2\twho likes rice?\td1\twe like rice\n", to: "queries.tsv")
    let ranked = try lines("rank run queries.tsv --tag mine").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(ranked.map { $0[0] } == ["q7", "q7", "q7", "q2"])
    #expect(ranked.map { $0[3] } == ["1", "2", "3", "1"])
    #expect(ranked.allSatisfy { $0.count == 6 && $0[1] == "Q0" && $0[5] == "mine" })
    let scores = ranked.prefix(3).compactMap { Float($0[4]) }
    #expect(scores == scores.sorted(by: >))
    // Of equal scores trec_eval takes the greater name first.
    let equals = ranked.prefix(3).map { $0[2] }.filter { $0 != "d1" }
    #expect(equals == ["d3", "d2"])

    let numbered = try lines("rank run -", input: "who?\twe like soup\nwho?\tyou\nwhy?\tso\n")
    #expect(
      Set(numbered.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }) == [
        "1 Q0 0", "1 Q0 1", "2 Q0 0",
      ])

    for (input, message) in [
      ("a\tb\na\n", ":2: found 1 column, expected 2, as in the first line"),
      ("a\tb\tc\n", ":1: found 3 columns, expected 2 (query, candidate) or 4"),
      ("a\tb\nc\td\na\te\n", ":3: the query 'a' comes back after others"),
      ("1\ta\tx\tb\n1\ta\tx\tc\n", ":2: query 1 has the candidate x already"),
      ("1\ta\tx y\tb\n", ":1: found the candidate ID 'x y', expected one without blanks"),
    ] {
      let run = try tasks.braid(["rank", "run", "-"], input: input)
      #expect(run.status == 1)
      #expect(run.messages.contains(message), "\(run.messages)")
    }
  }

  @Test("embed gives a vector a line, the same from the checkpoint and from its export")
  func embed() throws {
    let input = "the soup was good\nfish\trice\n"
    #expect(try tasks.braid(["export", "run", "encoder"]).status == 0)
    #expect(!tasks.exists("encoder/tasks.json"))
    let refused = try tasks.braid(["export", "run", "encoder"])
    #expect(refused.status == 1 && refused.messages.contains("exists already"))
    var seen: Set<[String]> = []
    for pooling in ["cls", "mean", "pooler"] {
      let vectors = try lines("embed run --pooling \(pooling)", input: input)
      let numbers = try vectors.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [Double])
      }
      #expect(numbers.map(\.count) == [32, 32])
      #expect(try lines("embed encoder --pooling \(pooling) --threads 2", input: input) == vectors)
      seen.insert(vectors)
    }
    #expect(seen.count == 3)
  }

  @Test("tokenize shows pieces or ids")
  func tokenize() throws {
    let pieces = try lines("tokenize --vocab run/vocab.txt", input: "The soup\nsoup\tFISH!\n")
    #expect(pieces == ["[CLS] the soup [SEP]", "[CLS] soup [SEP] fish ! [SEP]"])
    #expect(try lines("tokenize --vocab run --no-special", input: "The soup\n") == ["the soup"])
    let vocabulary = String(decoding: try tasks.read("run/vocab.txt"), as: UTF8.self).split(separator: "\n")
    let ids = try lines("tokenize --vocab run --ids", input: "The soup\n")[0].split(separator: " ").compactMap
    { Int($0) }
    #expect(ids.map { String(vocabulary[$0]) } == ["[CLS]", "the", "soup", "[SEP]"])
  }

  @Test("vocab makes the vocabulary that train made")
  func vocab() throws {
    let own = try tasks.read("run/vocab.txt")
    let written = try tasks.braid(["vocab", "tiny.json5", "--size", "300", "--output", "vocab.txt"])
    #expect(written.status == 0 && written.output == "")
    #expect(written.messages.hasSuffix(" tokens written to vocab.txt\n"))
    #expect(try tasks.read("vocab.txt") == own)
    let text = try lines("vocab - --size 250 --cased", input: "Soup Soup soup\r\n")
    #expect(text.contains("S") && text.contains("##p"))
  }

  @Test("inspect says what a checkpoint holds")
  func inspect() throws {
    let text = try lines("inspect run").joined(separator: "\n")
    for part in [
      "hidden size        32", "uncased", "Task mood", "negative, positive", "san, steps 2", "0.0 to 5.0",
      "accuracy", "learning-rate", "0.003", "Best checkpoint: step ",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("has not come to its end"))
  }
}
