import BraidCLI
import Foundation
import Testing

@Suite("braid classify") struct ClassificationTests {
  private let tasks: TinyTasks

  init() throws { tasks = try TinyTasks.shared.get() }

  private func lines(_ arguments: String, input: String = "") throws -> [String] {
    let run = try tasks.braid(arguments.split(separator: " ").map(String.init), input: input)
    #expect(run.status == 0, "\(run.messages)")
    return run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private let input = "the soup was good\nthe fish was bad\n\nbread\n"

  @Test("--top prints labels with their probabilities, the most probable first; --threshold leaves some out")
  func top() throws {
    let plain = try lines("classify run --task mood", input: input).map { $0.components(separatedBy: "\t") }
    let best = try lines("classify run --task mood --top 1", input: input).map {
      $0.components(separatedBy: "\t")
    }
    let both = try lines("classify run --task mood -k 5", input: input).map {
      $0.components(separatedBy: "\t")
    }
    #expect(plain.count == 4 && best.count == 4 && both.count == 4)
    for (plain, (best, both)) in zip(plain, zip(best, both)) {
      let probabilities = plain.dropFirst().compactMap(Double.init)
      #expect(best == [plain[0], plain[1...].max() ?? ""])
      #expect(both[..<2] == best[...])
      #expect(both.count == 4 && Set([both[0], both[2]]) == ["negative", "positive"])
      #expect(both[3] == plain[1...].min())
      #expect(probabilities.count == 2)
    }
    let sure = try lines("classify run --task mood --threshold 1", input: input)
    #expect(sure == ["", "", "", ""])
    let all = try lines("classify run --task mood --threshold 0", input: input)
    #expect(all.map { $0.components(separatedBy: "\t") } == both)
  }

  @Test("printed probabilities add up to 1 to the last decimal")
  func sums() throws {
    let texts = (0..<300).map { "the soup \($0) was \($0 % 2 == 0 ? "good" : "bad") \($0 * 7)" }
    for line in try lines("classify run --task mood", input: texts.joined(separator: "\n")) {
      let millionths = line.components(separatedBy: "\t").dropFirst().compactMap { field in
        Int(field.filter { $0 != "." })
      }
      #expect(millionths.reduce(0, +) == 1_000_000, "\(line)")
    }
  }

  @Test("rounding keeps the sum and the order")
  func rounding() {
    #expect(PrintedProbabilities.decimals([1 / 3, 1 / 3, 1 / 3]) == ["0.333334", "0.333333", "0.333333"])
    #expect(PrintedProbabilities.decimals([1, 0]) == ["1.000000", "0.000000"])
    #expect(PrintedProbabilities.decimals([0.999_999_9, 1e-7]) == ["1.000000", "0.000000"])
    #expect(PrintedProbabilities.decimals([0.000_000_5, 0.999_999_5])[0] == "0.000000")
    let sevenths = PrintedProbabilities.decimals(Array(repeating: 1 / 7, count: 7))
    #expect(sevenths == Array(repeating: "0.142857", count: 7).enumerated().map { $0 < 1 ? "0.142858" : $1 })
    #expect(PrintedProbabilities.decimals([.nan, 1]) == ["nan", "1.0"])
  }

  @Test("--abstain prints ? under a confidence, and null in JSON")
  func abstain() throws {
    let plain = try lines("classify run --task mood", input: input).map { $0.components(separatedBy: "\t") }
    let confidences = plain.compactMap { $0.dropFirst().compactMap(Double.init).max() }
    let limit = confidences.sorted()[2]
    let some = try lines("classify run --task mood --abstain \(limit - 1e-6)", input: input)
      .map { $0.components(separatedBy: "\t") }
    #expect(some.contains { $0[0] == "?" } && some.contains { $0[0] != "?" })
    for (index, fields) in some.enumerated() {
      #expect(fields[0] == (confidences[index] < limit - 1e-6 ? "?" : plain[index][0]))
      #expect(fields.dropFirst() == plain[index].dropFirst())
    }
    #expect(try lines("classify run --task mood --abstain 1 --top 2", input: input) == ["?", "?", "?", "?"])
    let json = try lines("classify run --task mood --abstain 1 --json", input: input)
    #expect(json.allSatisfy { $0.hasPrefix("{\"prediction\": null, \"probabilities\": {\"negative\": ") })
  }

  /// Two tasks of one text each and one of pairs, trained a little.
  private func twoTasks() throws -> TinyTasks {
    let tasks = try TinyTasks()
    try tasks.write(
      """
      { tasks: {
        mood: { type: "classification", train: "mood-train.tsv" },
        short: { type: "classification", train: "mood-train.tsv", maximumLength: 4 },
        other: { type: "classification", train: "mood-train.tsv", labels: ["positive", "negative"] },
        same: { type: "pair-classification", train: "same-train.tsv" },
      } }
      """, to: "two.json5")
    let run = try tasks.braid(
      ["train", "two.json5", "--output", "run", "--epochs", "1", "--threads", "1"] + TinyTasks.small)
    #expect(run.status == 0, "\(run.messages)")
    return tasks
  }

  @Test("--tasks gives a column or a member a task, with what each task alone says")
  func severalTasks() throws {
    let tasks = try twoTasks()
    let input = (0..<40).map { "the fish of number \($0) was \($0 % 3 == 0 ? "good" : "bad")" }
      .joined(separator: "\n")
    func lines(_ arguments: String) throws -> [String] {
      let run = try tasks.braid(
        ["classify", "run"] + arguments.split(separator: " ").map(String.init), input: input)
      #expect(run.status == 0, "\(run.messages)")
      return run.output.split(separator: "\n").map(String.init)
    }
    let names = ["other", "short", "mood"]
    let alone = try names.map { try lines("--task \($0)") }
    let together = try lines("--tasks other,short,mood").map { $0.components(separatedBy: "\t") }
    #expect(together.count == 40)
    for (row, fields) in together.enumerated() {
      #expect(fields == alone.map { $0[row].components(separatedBy: "\t")[0] })
    }
    let ranked = try lines("--tasks other,short,mood --top 2").map { $0.components(separatedBy: "\t") }
    let rankedAlone = try names.map { try lines("--task \($0) --top 2") }
    for (row, fields) in ranked.enumerated() {
      #expect(fields == rankedAlone.map { $0[row].replacingOccurrences(of: "\t", with: " ") })
    }
    let json = try lines("--tasks other,mood --json")
    let jsonAlone = try ["other", "mood"].map { try lines("--task \($0) --json") }
    #expect(json[7] == "{\"other\": \(jsonAlone[0][7]), \"mood\": \(jsonAlone[1][7])}")
    #expect(try lines("--tasks mood") == alone[2].map { $0.components(separatedBy: "\t")[0] })

    for (arguments, message) in [
      ("--tasks mood,same", "--tasks: 'mood' takes one text and 'same' two, so no line fits both"),
      ("--tasks mood --task same", "--task and --tasks exclude each other"),
      ("--tasks mood,,other", "--tasks takes names of tasks with commas between them, not 'mood,,other'"),
      ("--tasks mood,mood", "--tasks takes names of tasks with commas between them"),
    ] {
      let run = try tasks.braid(["classify", "run"] + arguments.split(separator: " ").map(String.init))
      #expect(run.status == 2 && run.messages.contains(message), "\(run.messages)")
    }
    let unknown = try tasks.braid(["classify", "run", "--tasks", "mood,mud"])
    #expect(unknown.status == 1 && unknown.messages.contains("there is no task 'mud' here"))
  }

  @Test("on a terminal it prompts, draws a bar for each class, and says the time")
  func conversation() throws {
    let arguments = ["classify", "run", "--task", "mood"]
    guard let session = try TerminalProcess(arguments, in: tasks.folder) else {
      return print("There is no pseudo-terminal here: the conversation is not tried.")
    }
    #expect(session.read(upTo: "\r\n> ") == "A text a line; Ctrl-D ends.\r\n> ")
    session.type("the soup was good\n")
    let answer = session.read(upTo: " ms\r\n> ").components(separatedBy: "\r\n")
    #expect(answer.count == 5 && answer[0] == "the soup was good")
    let plain = try lines("classify run --task mood --top 2", input: "the soup was good\n")[0]
      .components(separatedBy: "\t")
    for (line, place) in zip(answer.dropFirst(), [0, 2]) {
      #expect(line.hasPrefix("  \(plain[place])  \(plain[place + 1])  "), "\(line)")
      let bar = line.components(separatedBy: "  ").last ?? ""
      let columns = Double(plain[place + 1]).map { $0 * 40 } ?? 0
      #expect(abs(Double(bar.count) - columns) <= 1, "\(line)")
    }
    #expect(session.end() == 0)
  }

  @Test("of a task of pairs the conversation asks for both texts, or takes them with a TAB between them")
  func conversationOfPairs() throws {
    let arguments = ["classify", "run", "--task", "same", "--abstain", "1"]
    guard let session = try TerminalProcess(arguments, in: tasks.folder) else {
      return print("There is no pseudo-terminal here: the conversation is not tried.")
    }
    #expect(session.read(upTo: "first> ").hasPrefix("Two texts, one after the other"))
    session.type("soup\n")
    #expect(session.read(upTo: "second> ").hasSuffix("second> "))
    session.type("fish\n")
    let asked = session.read(upTo: "first> ")
    #expect(asked.contains("\r\n  ?\r\n  "))
    session.type("soup\tfish\n")
    let pasted = session.read(upTo: "first> ")
    func bars(_ text: String) -> [String] {
      text.components(separatedBy: "\r\n").filter { $0.hasPrefix("  ") && !$0.hasSuffix(" ms") }
    }
    #expect(bars(asked).count == 3 && bars(asked) == bars(pasted))
    #expect(session.end() == 0)
  }
}
