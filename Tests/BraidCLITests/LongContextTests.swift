import Foundation
import Testing

/// Answers in contexts that are many times longer than what an encoder takes.
@Suite("Long contexts") struct LongContextTests {
  private static let fillers =
    "the boat lay at a quay under grey rain while two men sold fish and old nets to us".split(
      separator: " ")
  private static let numbers = ["ten", "twenty", "thirty", "forty", "fifty", "sixty"]

  /// A context of 90 words with one number in it, anywhere.
  private static func row(_ number: Int) -> (context: String, answer: String) {
    var words = (0..<90).map { fillers[(number * 7 + $0 * ($0 + number) / 3) % fillers.count] }
    let answer = numbers[number * 5 % numbers.count]
    words[number * 37 % 90] = Substring(answer)
    return (words.joined(separator: " "), answer)
  }

  private static let shared: Result<TinyTasks, any Error> = Result {
    let tasks = try TinyTasks()
    for (split, range) in [("train", 0..<120), ("dev", 1000..<1040)] {
      let rows = range.map { number in "how many ?\t\(row(number).context)\t\(row(number).answer)" }
      try tasks.write(
        "question\tcontext\tanswer\n" + rows.joined(separator: "\n") + "\n", to: "long-\(split).tsv")
    }
    try tasks.write(
      """
      {
        tasks: {
          long: {
            type: "span-extraction", train: "long-train.tsv", dev: "long-dev.tsv", maximumLength: 24, stride: 9,
          },
        },
      }
      """, to: "long.json5")
    let run = try tasks.braid(
      ["train", "long.json5", "--output", "long", "--epochs", "8", "--threads", "2"] + TinyTasks.small)
    guard run.status == 0 else { throw TinyTasks.Failure(messages: run.messages) }
    guard !run.messages.contains("cut") else { throw TinyTasks.Failure(messages: run.messages) }
    return tasks
  }

  @Test("answers are found wherever they are, in evaluation and by braid answer")
  func found() throws {
    let tasks = try Self.shared.get()
    let figures = try tasks.braid(["evaluate", "long", "--json", "--predictions", "long.jsonl"])
    #expect(figures.status == 0 && !figures.messages.contains("cut"), "\(figures.messages)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(figures.output.utf8)) as? [String: [String: Double]])
    // 17 of 90 words fit into the first window.
    #expect((object["long"]?["exact-match"] ?? 0) > 0.9, "\(object)")
    let rows = String(decoding: try tasks.read("long.jsonl"), as: UTF8.self).split(separator: "\n")
    try #require(rows.count == 40)
    #expect(rows[7].contains("\"row\": 7"))

    let asked = (1000..<1040).map(Self.row)
    let input = asked.map { "how many ?\t\($0.context)" }.joined(separator: "\n") + "\n"
    let answers = try tasks.braid(["answer", "long", "--json"], input: input).output.split(separator: "\n")
    #expect(answers.count == 40)
    var right = 0
    for (line, row) in zip(answers, asked) {
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let (start, end) = (answer["start"] as? Int ?? 0, answer["end"] as? Int ?? 0)
      try #require(start <= end && end <= row.context.count)
      #expect(String(Array(row.context)[start..<end]) == answer["answer"] as? String)
      right += answer["answer"] as? String == row.answer ? 1 : 0
    }
    #expect(right == Int(((object["long"]?["exact-match"] ?? 0) * 40).rounded()))
  }

  @Test("a stride is for such tasks alone, and at least 1")
  func refused() throws {
    let tasks = try TinyTasks.shared.get()
    for (text, words) in [
      (
        #"{ tasks: { x: { type: "classification", train: "mood-train.tsv", stride: 4 } } }"#,
        "expected it only in tasks of type \"span-extraction\""
      ),
      (#"{ tasks: { x: { type: "span-extraction", train: "mood-train.tsv", stride: 0 } } }"#, "stride"),
    ] {
      let file = "stride-\(words.count).json5"
      try tasks.write(text, to: file)
      let run = try tasks.braid(["train", file, "--output", "stride"])
      #expect(run.status != 0 && run.messages.contains(words), "\(run.messages)")
    }
  }
}
