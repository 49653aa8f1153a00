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
    "Examples whose answer was cut off teach nothing; they are left out of training, counted, and evaluated")
  func cutOff() throws {
    let folder = try Folder(["x.tsv": Self.header + "q\ta b c d e\td e\nq\ta b c d e\tb\nq\ta b c d e\tc d\n"]
    )
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
