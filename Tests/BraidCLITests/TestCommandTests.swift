import Foundation
import Testing

@Suite("braid test and braid calibrate") struct TestCommandTests {
  private let tasks: TinyTasks

  init() throws { tasks = try TinyTasks.shared.get() }

  private func output(_ arguments: String, input: String = "", of tasks: TinyTasks? = nil) throws -> String {
    let run = try (tasks ?? self.tasks).braid(arguments.split(separator: " ").map(String.init), input: input)
    #expect(run.status == 0, "\(run.messages)")
    return run.output
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The same text for equal values.
  private func canonical(_ value: Any?) throws -> String {
    let data = try JSONSerialization.data(withJSONObject: try #require(value), options: [.sortedKeys])
    return String(decoding: data, as: UTF8.self)
  }

  /// The rows of a task's dev data.
  private func rows(_ name: String) throws -> [[String]] {
    String(decoding: try tasks.read("\(name)-dev.tsv"), as: UTF8.self).split(separator: "\n").dropFirst()
      .map { $0.components(separatedBy: "\t") }
  }

  private func write(_ rows: [String], to name: String) throws {
    try tasks.write(rows.map { $0 + "\n" }.joined(), to: name)
  }

  @Test("the first lines are fastText's: N, precision and recall at k")
  func figures() throws {
    let evaluated = try json(try output("evaluate run --task mood --json"))
    let accuracy = try #require((evaluated["mood"] as? [String: Double])?["accuracy"])
    let shown = String(format: "%.4f", accuracy)
    #expect(
      try output("test run mood-dev.tsv --task mood").hasPrefix("N\t24\nP@1\t\(shown)\nR@1\t\(shown)\n\n"))
    #expect(
      try output("test run mood-dev.tsv --task mood --top 2").hasPrefix("N\t24\nP@2\t0.5000\nR@2\t1.0000\n\n")
    )
    #expect(
      try output("test run mood-dev.tsv --task mood -k 1 --threshold 1").hasPrefix(
        "N\t24\nP@1\t0.0000\nR@1\t0.0000\n\n"))
  }

  @Test("the same rows give the same figures however they are written")
  func layouts() throws {
    let expected = try json(try output("test run mood-dev.tsv --task mood --json"))
    let rows = try rows("mood")
    try write(rows.map { "__label__\($0[1]) \($0[0])" }, to: "layout-fasttext.txt")
    try write(rows.map { "__label__\($0[1])\t\($0[0])" }, to: "layout-fasttext-tab.txt")
    try write(rows.map { "__label__\($0[1])\t\($0[0])" }, to: "layout-prefix.tsv")
    try write(rows.map { "\($0[1])\t\($0[0])" }, to: "layout-first.tsv")
    try write(rows.map { "\($0[0])\t\($0[1])" }, to: "layout-last.tsv")
    try write(["stars\tid\treview"] + rows.map { "\($0[1])\t1\t\($0[0])" }, to: "layout-names.tsv")
    try write(["label,text"] + rows.map { "\($0[1]),\"\($0[0])\"" }, to: "layout.csv")
    try write(rows.map { "{\"label\": \"\($0[1])\", \"text\": \"\($0[0])\"}" }, to: "layout.jsonl")
    try write(rows.map { "\($0[1])|\($0[0])" }, to: "layout-bar.data")
    for arguments in [
      "layout-fasttext.txt", "layout-fasttext-tab.txt", "layout-prefix.tsv", "layout-first.tsv",
      "layout-last.tsv", "layout-names.tsv --columns text=review,label=stars",
      "layout-names.tsv --columns text=2,label=0 --header", "layout.csv", "layout.jsonl",
      "layout-bar.data --format tsv --separator | --no-header",
      "layout-first.tsv --columns label=0,text=1 --no-header",
    ] {
      var found = try json(try output("test run --task mood --json \(arguments)"))
      #expect(found["file"] as? String == arguments.split(separator: " ").first.map(String.init))
      found["file"] = expected["file"]
      #expect(try canonical(found) == canonical(expected), "\(arguments)")
    }
    let text = rows.map { "__label__\($0[1]) \($0[0])\n" }.joined()
    let piped = try json(try output("test run - --task mood --json", input: text))
    #expect(piped["file"] as? String == "standard input")
    #expect(piped["accuracy"] as? Double == expected["accuracy"] as? Double)
    // A named pipe gives its rows once.
    let named = try BraidProcess.shell(
      """
      mkfifo layout-pipe
      cat layout-fasttext.txt > layout-pipe &
      "$BRAID" test run layout-pipe --task mood --json
      """, in: tasks.folder, timeLimit: 20)
    #expect(try json(named.output)["file"] as? String == "layout-pipe", "\(named.messages)")
    #expect(try json(named.output)["accuracy"] as? Double == expected["accuracy"] as? Double)
  }

  @Test("a task of pairs has two texts a row")
  func pairs() throws {
    let expected = try json(try output("test run same-dev.tsv --task same --json"))
    let rows = try rows("same")
    try write(rows.map { "__label__\($0[2])\t\($0[0])\t\($0[1])" }, to: "pairs-fasttext.txt")
    try write(rows.map { "\($0[2])\t\($0[0])\t\($0[1])" }, to: "pairs-first.tsv")
    for file in ["pairs-fasttext.txt", "pairs-first.tsv"] {
      let found = try json(try output("test run \(file) --task same --json"))
      #expect(try canonical(found["calibration"]) == canonical(expected["calibration"]))
    }
  }

  @Test("the JSON object agrees with itself")
  func consistency() throws {
    let report = try json(
      try output("test run mood-dev.tsv --task mood --json --per-label --confusion --abstain 0.5 --bins 4"))
    #expect(report["task"] as? String == "mood" && report["n"] as? Int == 24 && report["k"] as? Int == 1)
    let calibration = try #require(report["calibration"] as? [String: Any])
    #expect(calibration["temperature"] as? Double == 1 && report["uncalibrated"] == nil)
    let bins = try #require(calibration["bins"] as? [[String: Double]])
    #expect(bins.compactMap { $0["n"] }.reduce(0, +) == 24)
    let error = bins.reduce(0) {
      $0 + ($1["n"] ?? 0) / 24 * abs(($1["accuracy"] ?? 0) - ($1["confidence"] ?? 0))
    }
    #expect(abs(error - (calibration["expectedCalibrationError"] as? Double ?? 9)) < 1e-12)
    let coverage = try #require(report["coverage"] as? [[String: Double]])
    #expect(coverage.first?["answered"] == 24)
    #expect(coverage.first?["accuracy"] == report["accuracy"] as? Double)
    #expect(zip(coverage, coverage.dropFirst()).allSatisfy { $0["answered"] ?? 0 > $1["answered"] ?? 0 })
    // Of two classes one always has a half.
    let abstention = try #require(report["abstention"] as? [String: Double])
    #expect(abstention["answered"] == 24 && abstention["accuracy"] == report["accuracy"] as? Double)
    let confusion = try #require(report["confusion"] as? [String: Any])
    #expect(confusion["labels"] as? [String] == ["negative", "positive"])
    let matrix = try #require(confusion["rows"] as? [[Double]])
    #expect(matrix.joined().reduce(0, +) == 24)
    #expect((matrix[0][0] + matrix[1][1]) / 24 == report["accuracy"] as? Double)
    let labels = try #require(report["labels"] as? [[String: Any]])
    for (index, label) in labels.enumerated() {
      #expect(label["n"] as? Double == matrix[index].reduce(0, +))
      #expect(label["predicted"] as? Double == matrix[0][index] + matrix[1][index])
      let recall = matrix[index].reduce(0, +) == 0 ? 0 : matrix[index][index] / matrix[index].reduce(0, +)
      #expect(label["recall"] as? Double == recall)
    }
  }

  @Test("the text has each table that was asked for")
  func text() throws {
    let plain = try output("test run mood-dev.tsv --task mood")
    #expect(plain.contains("\nexpected calibration error 0."))
    #expect(plain.contains("\nConfidence      Rows  Mean confidence  Accuracy\n"))
    #expect(plain.contains("\n  100.0%    24     0."))
    #expect(!plain.contains("Precision") && !plain.contains("predicted") && !plain.contains("temperature"))
    let full = try output("test run mood-dev.tsv --task mood --per-label --confusion --abstain 1")
    #expect(full.hasPrefix(plain.prefix(40)))
    #expect(full.contains("\nLabel     Precision  Recall      F1  Rows  Predicted\n"))
    #expect(full.contains("\nexpected \\ predicted  negative  positive\n"))
    #expect(full.contains("\n--abstain 1.0: 0 of 24 rows answered (0.0%), accuracy -\n"))
  }

  @Test("--report writes a page with the mistakes as the file has them, and prints what it prints without")
  func page() throws {
    let plain = try output("test run mood-dev.tsv --task mood")
    try write(
      try rows("mood").enumerated().map { "__label__\($1[1]) <b>row \($0)</b> & \($1[0])" }, to: "page.txt")
    let run = try tasks.braid(["test", "run", "page.txt", "--task", "mood", "--report", "page.html"])
    #expect(run.status == 0 && run.messages == "Report written to page.html\n", "\(run.messages)")
    let page = String(decoding: try tasks.read("page.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<h1>mood</h1>"))
    for title in ["Confusion matrix", "Calibration", "Most confident mistakes", "Labels"] {
      #expect(page.contains("<h2>\(title)</h2>"), "\(title)")
    }
    #expect(page.contains("24 rows of page.txt, run"))
    #expect(!page.contains("<b>row"))
    // The mistakes are those of the figures, each with its line.
    let figures = try json(try output("test run page.txt --task mood --json --confusion"))
    let matrix = try #require((figures["confusion"] as? [String: Any])?["rows"] as? [[Int]])
    let wrong = matrix[0][1] + matrix[1][0]
    let shown = page.components(separatedBy: "&lt;b&gt;row ").dropFirst()
    #expect(shown.count == wrong && wrong > 0)
    for part in shown {
      let row = try #require(Int(part.prefix { $0.isNumber }))
      #expect(part.contains("<td class=\"number\">\(row + 1)</td></tr>"))
    }
    // Beside it standard output is the same as without, and a page may come with JSON.
    #expect(try output("test run mood-dev.tsv --task mood --report other.html") == plain)
    let text = try rows("mood").map { "__label__\($0[1]) \($0[0])\n" }.joined()
    let piped = try tasks.braid(
      ["test", "run", "-", "--task", "mood", "--json", "--report", "piped.html"], input: text)
    #expect(piped.status == 0 && piped.output.hasPrefix("{"))
    #expect(
      String(decoding: try tasks.read("piped.html"), as: UTF8.self).contains("24 rows of standard input, run")
    )
    let refused = try tasks.braid(
      ["test", "run", "page.txt", "--task", "mood", "--report", "no-such-folder/page.html"])
    #expect(refused.status == 1 && refused.messages.contains("no-such-folder"))
    // Two texts a row.
    #expect(
      try tasks.braid(["test", "run", "same-dev.tsv", "--task", "same", "--report", "same.html"]).status == 0)
  }

  @Test(
    "what can't be read is said with its place",
    arguments: [
      (
        "test run --task mood bad-label.txt",
        "bad-label.txt:2: column 0: found \"awful\", expected \"negative\""
      ),
      ("test run --task mood bad-second.txt", "bad-second.txt:1: column 1: found a second label"),
      (
        "test run --task mood bad-columns.tsv",
        "bad-columns.tsv:1: found \"a\", \"b\" and \"c\", expected a header with columns \"text\" and \"label\""
      ),
      ("test run --task mood bad-empty.txt", "bad-empty.txt: found an empty file, expected rows"),
      ("test run --task mood nothing.txt", "nothing.txt: found no such file"),
      ("test run --task near near-dev.tsv", "task 'near' is of type similarity"),
      ("calibrate run --task mood bad-label.txt", "bad-label.txt:2: column 0: found \"awful\""),
    ])
  func unreadable(line: String, message: String) throws {
    try tasks.write("__label__positive good\n__label__awful bad\n", to: "bad-label.txt")
    try tasks.write("__label__positive __label__negative good\n", to: "bad-second.txt")
    try tasks.write("a\tb\tc\n", to: "bad-columns.tsv")
    try tasks.write("", to: "bad-empty.txt")
    let run = try tasks.braid(line.split(separator: " ").map(String.init))
    #expect(run.status == 1 && run.output == "")
    #expect(run.messages.contains(message), "\(run.messages)")
    #expect(!tasks.exists("run/calibration.json"))
  }

  @Test(
    "columns that can't be meant have status 2",
    arguments: [
      ("--columns text", "--columns takes names and columns, as text=sentence,label=0, not 'text'"),
      ("--columns text=0", "--columns: label is missing"),
      ("--columns text=0,label=1,pair=2", "--columns: there is no 'pair' in a task of type classification"),
      ("--separator ab", "--separator takes one ASCII character, or 'tab', not 'ab'"),
      ("--format xml", "--format takes 'tsv', 'csv', 'jsonl' or 'fasttext', not 'xml'"),
    ])
  func misuse(arguments: String, message: String) throws {
    let run = try tasks.braid(
      ["test", "run", "mood-dev.tsv", "--task", "mood"] + arguments.split(separator: " ").map(String.init))
    #expect(run.status == 2)
    #expect(run.messages.contains(message), "\(run.messages)")
  }

  @Test("calibrate fits a temperature that everything shows from then on, and other parameters end it")
  func calibrate() throws {
    let tasks = try TinyTasks()
    func braid(_ arguments: String, input: String = "") throws -> BraidProcess {
      try tasks.braid(arguments.split(separator: " ").map(String.init), input: input)
    }
    let trained = try tasks.braid(
      ["train", "tiny.json5", "--output", "run", "--epochs", "3", "--threads", "1"] + TinyTasks.small)
    #expect(trained.status == 0, "\(trained.messages)")
    // One text, of which the model is right seven times in ten.
    func rows(_ task: String, _ text: String, labels: [String]) throws -> String {
      let answer = try output("classify run --top 1 --task \(task)", input: text + "\n", of: tasks).prefix {
        $0 != "\t"
      }
      let other = labels.first { $0 != answer } ?? ""
      return (0..<200).map { "\($0 % 10 < 7 ? String(answer) : other)\t\(text)\n" }.joined()
    }
    try tasks.write(
      try rows("mood", "the soup was good", labels: ["negative", "positive"]), to: "held.tsv")
    try tasks.write(try rows("same", "soup\tfish", labels: ["yes", "no"]), to: "held-same.tsv")
    let before = try json(try output("test run held.tsv --task mood --json", of: tasks))
    let plain = try output("classify run --task mood", input: "the soup was good\n", of: tasks)
    let same = try output("classify run --task same", input: "soup\tfish\n", of: tasks)

    let fitted = try braid("calibrate run held.tsv --task mood")
    #expect(fitted.status == 0, "\(fitted.messages)")
    #expect(fitted.messages == "The temperature of mood, from 200 rows, is kept in run/calibration.json\n")
    let written = try json(String(decoding: try tasks.read("run/calibration.json"), as: UTF8.self))
    let entry = try #require(written["mood"] as? [String: Double])
    let temperature = try #require(entry["temperature"])
    #expect(entry["examples"] == 200 && temperature != 1)
    #expect(fitted.output.contains(String(format: "%.4f", temperature)))

    let after = try json(try output("test run held.tsv --task mood --json", of: tasks))
    #expect(try canonical(after["uncalibrated"]) == canonical(before["calibration"]))
    #expect(after["accuracy"] as? Double == before["accuracy"] as? Double)
    let (old, new) = (before["calibration"] as? [String: Any], after["calibration"] as? [String: Any])
    #expect(new?["temperature"] as? Double == temperature)
    #expect((new?["negativeLogLikelihood"] as? Double ?? 9) < (old?["negativeLogLikelihood"] as? Double ?? 0))
    let text = try output("test run held.tsv --task mood", of: tasks)
    #expect(text.contains("\nWithout calibration: expected calibration error "))
    #expect(
      text.contains("\nAt temperature \(String(format: "%.4f", temperature)): expected calibration error "))

    let scaled = try output("classify run --task mood", input: "the soup was good\n", of: tasks)
    #expect(scaled != plain && scaled.prefix { $0 != "\t" } == plain.prefix { $0 != "\t" })
    #expect(try output("classify run --task same", input: "soup\tfish\n", of: tasks) == same)
    #expect(try output("inspect run", of: tasks).contains("fitted to 200 rows"))
    // Fitting again starts from the model, not from the last temperature.
    _ = try output("calibrate run held.tsv --task mood", of: tasks)
    #expect(
      try canonical(json(String(decoding: tasks.read("run/calibration.json"), as: UTF8.self)))
        == canonical(written))
    // A second task is kept beside the first.
    _ = try output("calibrate run held-same.tsv --task same", of: tasks)
    #expect(
      try json(String(decoding: tasks.read("run/calibration.json"), as: UTF8.self)).keys.sorted() == [
        "mood", "same",
      ])

    for (content, message) in [
      (
        "{\"mud\": {\"temperature\": 2}}",
        "run/calibration.json:1: found \"mud\", expected a task with classes"
      ),
      ("{\"near\": {\"temperature\": 2}}", "found \"near\", expected a task with classes"),
      (
        "{\"mood\": {\"temperature\": 0}}",
        "mood.temperature: found the number 0, expected a number from 0.01 to 100"
      ),
      ("{\"mood\": 2}", "mood.temperature: found nothing"),
      ("[]", "found an empty list, expected an object"),
      ("{", "calibration.json: not valid JSON"),
    ] {
      try tasks.write(content, to: "run/calibration.json")
      let run = try braid("inspect run")
      #expect(run.status == 1 && run.messages.contains(message), "\(run.messages)")
    }
    try tasks.write("{\"mood\": {\"temperature\": 2}}", to: "run/calibration.json")
    // A new run in the same folder starts without it.
    let again = try tasks.braid(
      ["train", "tiny.json5", "--output", "run", "--force", "--epochs", "1", "--threads", "1"]
        + TinyTasks.small)
    #expect(again.status == 0, "\(again.messages)")
    #expect(!tasks.exists("run/calibration.json"))
  }

  @Test("rows without a mistake are nothing to calibrate with, and change nothing")
  func nothingToFit() throws {
    let answers = try output(
      "classify run --task mood --top 1", input: "the soup was good\nthe fish was bad\n"
    )
    .split(separator: "\n").map { $0.prefix { $0 != "\t" } }
    try write(["the soup was good\t\(answers[0])", "the fish was bad\t\(answers[1])"], to: "right.tsv")
    let run = try tasks.braid(["calibrate", "run", "right.tsv", "--task", "mood"])
    #expect(run.status == 1 && run.output == "")
    #expect(run.messages.contains("right.tsv: all of 2 examples are predicted right"), "\(run.messages)")
    #expect(!tasks.exists("run/calibration.json"))
  }

  @Test(
    "standard input and pipes are read as files are, and leave nothing behind, even of a process that is killed"
  )
  func spooled() throws {
    let expected = try output("test run mood-dev.tsv --task mood --json")
    let script = """
      rm -rf spool && mkdir spool && export TMPDIR="$PWD/spool"
      "$BRAID" test run - --task mood --json < mood-dev.tsv
      cat mood-dev.tsv | "$BRAID" test run - --task mood --json --no-header --columns text=0,label=1
      rm -f pipe && mkfifo pipe
      { cat mood-dev.tsv > pipe & }
      "$BRAID" test run pipe --task mood --json
      """
    let run = try BraidProcess.shell(script, in: tasks.folder)
    // Where the first row is data, it is an example too.
    #expect(run.messages.contains("standard input:1: column 1: found \"label\""), "\(run.messages)")
    let outputs = ["standard input", "pipe"].map { expected.replacing("\"mood-dev.tsv\"", with: "\"\($0)\"") }
    #expect(run.output == outputs.joined())
    // More than a pipe holds: what was written has been read, and so kept, by the time that the writer has written it.
    let killed = try BraidProcess.shell(
      """
      rm -rf spool && mkdir spool && export TMPDIR="$PWD/spool"
      rm -f pipe && mkfifo pipe
      "$BRAID" test run pipe --task mood > /dev/null 2>&1 & process=$!
      exec 3> pipe
      head -c 300000 /dev/zero >&3
      ls spool
      kill -9 $process; wait $process 2> /dev/null
      ls spool
      """, in: tasks.folder)
    #expect(killed.output == "")
  }
}
