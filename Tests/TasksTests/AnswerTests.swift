import Tasks
import Testing

@Suite struct AnswerTests {
  static let header = "question\tcontext\tanswer\n"

  @Test("An answer becomes the marks of the tokens that it takes part in")
  func marks() throws {
    let folder = try Folder(["x.tsv": Self.header + "q r\ta bcd é f\tcd é\nq\ta b\tb\n"])
    let examples = try task("{type: 'span-extraction', train: 'x.tsv'}", in: folder).loaded()
    // [CLS] q r [SEP] a bcd é f [SEP]
    #expect(
      Array(examples.marks(of: 0)) == [
        Mark(token: 4, unit: 0, source: 0..<1), Mark(token: 5, unit: 1, source: 2..<5),
        Mark(token: 6, unit: 2, source: 6..<8), Mark(token: 7, unit: 3, source: 9..<10),
      ])
    guard case .answers(let answers) = examples.targets else { return #expect(Bool(false)) }
    #expect(answers.texts == [["cd é"], ["b"]])
    #expect(answers.marks == [1...2, 1...1])
    #expect(examples.context(of: 0) == "a bcd é f")
    var batch = PackedBatch()
    batch.fill(0, of: .evaluation(of: examples, task: 0, tokens: 100), from: [examples])
    #expect(batch.parts[0].marks == [4, 5, 6, 7, 12, 13])
    #expect(batch.parts[0].targets == .answers(firsts: [1, 5], lasts: [2, 5], starts: [0, 4, 6]))
  }

  @Test("Places and alternatives are read from columns and from lists")
  func places() throws {
    let folder = try Folder([
      "x.tsv": "question\tcontext\tanswer\tat\nq\té b é b\tb\t6\n",
      "x.jsonl": #"{"question": "q", "context": "é b é b", "answer": ["b", "é b"], "at": [6, 0]}"#,
    ])
    let columns = "columns: {question: 'question', context: 'context', answer: 'answer', answerStart: 'at'}"
    for (file, texts) in [("x.tsv", ["b"]), ("x.jsonl", ["b", "é b"])] {
      let examples = try task("{type: 'span-extraction', train: '\(file)', \(columns)}", in: folder).loaded()
      guard case .answers(let answers) = examples.targets else { return #expect(Bool(false)) }
      #expect(answers.texts == [texts] && answers.marks == [3...3])
    }
  }

  @Test(
    "Answers in no token of the context teach nothing; they are left out of training, counted, and evaluated")
  func cutOff() throws {
    let folder = try Folder(["x.tsv": Self.header + "q\ta  b\t \nq\ta b c\tb\nq\ta  b\t \n"])
    let examples = try task("{type: 'span-extraction', train: 'x.tsv'}", in: folder).loaded(maximumLength: 7)
    guard case .answers(let answers) = examples.targets else { return #expect(Bool(false)) }
    #expect(answers.marks == [nil, 1...1, nil])
    let sampler = try BatchSampler(tasks: ["t"], data: [examples], options: SamplingOptions())
    #expect(sampler.skippedExamples(of: 0) == 2)
    #expect(sampler.skippedQueries(of: 0) == (0, 0))
    var batch = PackedBatch()
    let plan = sampler.plan(epoch: 0)
    batch.fill(0, of: plan, from: [examples])
    #expect(plan.count == 1 && batch.parts[0].examples == [1])
    #expect(batch.parts[0].targets == .answers(firsts: [1], lasts: [1], starts: [0, 3]))
  }

  @Test("A context that is too long is read in overlapping windows, of which those without the answer say so")
  func windows() throws {
    let folder = try Folder(["x.tsv": Self.header + "q\ta b c d e f g\td e\nq\ta b\ta\n"])
    for (stride, starts) in [("", [0, 2, 4]), (", stride: 1", [0, 1, 2, 3]), (", stride: 9", [0, 4])] {
      let examples = try task("{type: 'span-extraction', train: 'x.tsv'\(stride)}", in: folder)
        .loaded(maximumLength: 8)
      // [CLS] q [SEP], four tokens or fewer, [SEP].
      let short = examples.count - 1
      #expect(short == starts.count)
      #expect(examples.rowGroups == [0..<short, short..<short + 1] && examples.truncatedCount == 0)
      guard case .answers(let answers) = examples.targets else { return #expect(Bool(false)) }
      for (window, start) in starts.enumerated() {
        let last = min(start + 4, 7)
        let marks = Array(examples.marks(of: window))
        #expect(marks[0] == Mark(token: 0, unit: 0, source: 0..<0))
        #expect(
          marks.dropFirst().map { Int($0.source.lowerBound) } == (start..<last).map { 2 * $0 })
        #expect(examples.length(of: window) == last - start + 4 && examples.pairStarts[window] == 3)
        let whole = WordEncoder().encode("q", "a b c d e f g", maximumLength: 100)
        let tokens = examples.tokens(of: window)
        #expect(examples.ids[tokens].dropFirst(3).dropLast() == whole.ids[3 + start..<3 + last])
        // d and e are the fourth and fifth.
        let hasAnswer = start <= 3 && last >= 5
        let first = Int32(4 - start)
        #expect(answers.marks[window] == (hasAnswer ? first...first + 1 : 0...0), "\(start)")
        #expect(answers.texts[window] == ["d e"])
      }
      #expect(answers.marks[short] == 0...0 && examples.marks(of: short).first?.token == 3)
    }
  }

  @Test("A question that takes more than half of the room is cut, and windows go on over the context")
  func longQuestion() throws {
    let folder = try Folder(["x.tsv": Self.header + "q r s t u v\ta b c d e f g\tg\n"])
    let examples = try task("{type: 'span-extraction', train: 'x.tsv', stride: 3}", in: folder)
      .loaded(maximumLength: 9)
    #expect((0..<examples.count).map { Int(examples.pairStarts[$0]) } == [5, 5, 5])
    #expect((0..<examples.count).map(examples.length(of:)) == [9, 9, 7])
    #expect(examples.truncatedCount == 3)
    guard case .answers(let answers) = examples.targets else { return #expect(Bool(false)) }
    #expect(answers.marks == [0...0, 0...0, 1...1])
  }

  @Test(
    "Answers that are not in their context are refused",
    arguments: [
      ("a b\tc", "answer", "found \"c\", expected a part of the context, letter by letter"),
      ("a b\t", "answer", "found nothing, expected a part of the context"),
      ("a b\tb\t0", "at", "found another text than \"b\" there, expected where the answer begins"),
      ("a b\tb\t9", "at", "found \"9\", expected the number of a character of the context, from 0"),
      ("a b\tb\tx", "at", "found \"x\", expected the number of a character of the context, from 0"),
    ])
  func refused(row: String, column: String, problem: String) throws {
    let hasPlace = row.split(separator: "\t", omittingEmptySubsequences: false).count == 3
    let folder = try Folder([
      "x.tsv": "question\tcontext\tanswer\(hasPlace ? "\tat" : "")\nq\t\(row)\n"
    ])
    let columns =
      hasPlace
      ? ", columns: {question: 'question', context: 'context', answer: 'answer', answerStart: 'at'}" : ""
    #expect(
      message(in: folder) {
        _ = try task("{type: 'span-extraction', train: 'x.tsv'\(columns)}", in: folder).loaded()
      } == "x.tsv:2: column \"\(column)\": \(problem)")
  }
}
