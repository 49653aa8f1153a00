import Tasks
import Testing
import Tokenization

@Suite struct WordLabelTests {
  static let labels = "labels: ['O', 'B-X', 'I-X']"

  @Test("Each word is marked at its first token, and labels go with their words whatever is cut off")
  func marks() throws {
    let folder = try Folder(["x.tsv": "text\tlabel\na  bc d\tO B-X I-X\ne f g h i\tB-X O O O I-X\n"])
    let examples = try task("{type: 'token-labelling', train: 'x.tsv', \(Self.labels)}", in: folder).loaded(
      maximumLength: 6)
    #expect(
      Array(examples.marks(of: 0)) == [
        Mark(token: 1, unit: 0, source: 0..<1), Mark(token: 2, unit: 1, source: 3..<5),
        Mark(token: 3, unit: 2, source: 6..<7),
      ])
    #expect(examples.marks(of: 1).map(\.unit) == [0, 1, 2, 3])
    #expect(examples.truncatedCount == 1)
    var labels = IntegerLists()
    labels.append([0, 1, 2])
    labels.append([1, 0, 0, 0, 2])
    #expect(examples.targets == .tags(labels))

    var batch = PackedBatch()
    batch.fill(0, of: .evaluation(of: examples, task: 0, tokens: 100, order: .length), from: [examples])
    let part = try #require(batch.parts.first)
    #expect(part.examples == [1, 0])
    #expect(part.marks == [1, 2, 3, 4, 7, 8, 9])
    #expect(part.markStarts == [0, 4, 7])
    #expect(part.targets == .classes([1, 0, 0, 0, 0, 1, 2]))
  }

  @Test("Words that a tokenizer splits, or drops, are marked once, or not at all")
  func tokens() throws {
    /// Gives each letter a token, and none to `*`.
    struct Letters: TextEncoder {
      func encode(_ text: String, _ pair: String?, maximumLength: Int, tracing: Bool) -> Encoding {
        let kept = text.utf8.enumerated().filter { ![0x20, 0x2A].contains($0.element) }
        return Encoding(
          ids: [1] + kept.map { Int32($0.element) } + [2],
          segments: [Int32](repeating: 0, count: kept.count + 2), pairStart: kept.count + 2,
          isTruncated: false, sources: [0..<0] + kept.map { $0.offset..<$0.offset + 1 } + [0..<0])
      }
    }
    var builder = ExampleBuilder(
      type: .tokenLabelling, isLabelled: false, encoder: Letters(), maximumLength: 100)
    try builder.append("ab * *c d*", row: 0, line: 1)
    try builder.append("*", row: 1, line: 2)
    let examples = builder.finish()
    #expect(
      Array(examples.marks(of: 0)) == [
        Mark(token: 1, unit: 0, source: 0..<2), Mark(token: 3, unit: 2, source: 5..<7),
        Mark(token: 4, unit: 3, source: 8..<10),
      ])
    #expect(examples.marks(of: 1).isEmpty)
  }

  @Test("Lists of JSON and CoNLL's lines give what blanks give in a table")
  func formats() throws {
    let folder = try Folder([
      "x.tsv": "text\tlabel\na b\tO B-X\nc\tI-X\n",
      "x.jsonl": """
      {"text": ["a", "b"], "label": ["O", "B-X"]}
      {"text": ["c"], "label": ["I-X"]}
      """,
      "x.conll": "-DOCSTART- -X- O\n\na NN O\nb\tNN \t B-X\r\n\n\n \nc NN I-X",
      "tabs.conll": "# text = a b\na\tO\nb\tB-X\n\nc\tI-X\n\n",
    ])
    func loaded(_ more: String) throws -> Examples {
      try task("{type: 'token-labelling', \(Self.labels), \(more)}", in: folder).loaded()
    }
    let expected = try loaded("train: 'x.tsv'")
    for more in [
      "train: 'x.jsonl'", "train: 'x.conll', columns: {text: 0, label: 2}",
      "train: 'tabs.conll', separator: '\\t'",
    ] {
      let examples = try loaded(more)
      #expect(examples.ids == expected.ids && examples.targets == expected.targets, "\(more)")
    }
    #expect(try loaded("train: 'x.conll', columns: {text: 0, label: 2}").place(of: 1).hasSuffix("x.conll:8"))
    // What was read is written, and reads back.
    let file = try TaskFile.parse(
      "{tasks: {t: {type: 'token-labelling', train: 'x.conll', columns: {text: 0, label: 2}}}}",
      file: folder.path + "/tasks.json5", types: allTypes)
    let again = try TaskFile.parse(file.encoded(), file: folder.path + "/tasks.json5", types: allTypes)
    #expect(again.tasks[0].train == file.tasks[0].train)
  }

  @Test("Labels are collected word by word")
  func collected() throws {
    let folder = try Folder(["x.tsv": "text\tlabel\na b\tO B-X\nc\tI-X\n"])
    let resolved = try task("{type: 'token-labelling', train: 'x.tsv'}", in: folder).resolved()
    #expect(resolved.labels == ["B-X", "I-X", "O"])
  }

  @Test(
    "Rows that can't be labelled are refused with what is expected",
    arguments: [
      (
        "a b\tO",
        "column \"label\": found 1 label for 2 words, "
          + "expected a label for each word, with blanks between them"
      ),
      (
        "a\tB-Y",
        "column \"label\": found \"B-Y\", expected \"O\", \"B-X\" or \"I-X\", or an id from 0 to 2"
      ),
      ("\t", "column \"text\": found nothing, expected at least one word with a visible character"),
    ])
  func refused(row: String, problem: String) throws {
    let folder = try Folder(["x.tsv": "text\tlabel\n\(row)\n"])
    #expect(
      message(in: folder) {
        _ = try task("{type: 'token-labelling', train: 'x.tsv', \(Self.labels)}", in: folder).loaded()
      } == "x.tsv:2: \(problem)")
  }

  @Test("A line of CoNLL's with too few fields is named")
  func shortLine() throws {
    let folder = try Folder(["x.conll": "a O\nb\n"])
    #expect(
      message(in: folder) {
        _ = try task("{type: 'token-labelling', train: 'x.conll', \(Self.labels)}", in: folder).loaded()
      } == "x.conll:2: column 1: found a line of 1 field, expected at least 2 fields")
  }

  @Test("Punctuation at the ends of words is set apart in plain text, and nowhere else")
  func plainWords() {
    func words(_ text: String) -> [String] {
      Words.ranges(inPlain: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
    }
    #expect(words("We met “Ann-Lee”, ok?!") == ["We", "met", "“", "Ann-Lee", "”", ",", "ok", "?", "!"])
    #expect(words(" ...\t é\u{3000}x ") == [".", ".", ".", "é", "x"])
    #expect(words("") == [])
    #expect(Words.ranges(in: "  a bc  é ") == [2..<3, 4..<6, 8..<10])
  }
}

@Suite struct LabelSetTests {
  @Test("Labels stand between commas, or in lists; none and any number are fine")
  func sets() throws {
    let folder = try Folder([
      "x.tsv": "text\tlabel\na\tred, deep blue\nb\t\nc\tred\n",
      "x.jsonl": """
      {"text": "a", "label": ["red", "deep blue"]}
      {"text": "b", "label": []}
      {"text": "c", "label": "red"}
      """,
      "y.tsv": "text\tlabel\na\t__red, __deep blue\nb\t \nc\t__red\n",
    ])
    for more in ["train: 'x.tsv'", "train: 'x.jsonl'", "train: 'y.tsv', labelPrefix: '__'"] {
      let resolved = try task("{type: 'multi-label', \(more)}", in: folder).resolved()
      #expect(resolved.labels == ["deep blue", "red"], "\(more)")
      let examples = try resolved.loaded()
      #expect(examples.targets == .labelSets(IntegerLists([[1, 0], [], [1]])), "\(more)")
      var batch = PackedBatch()
      batch.fill(0, of: .evaluation(of: examples, task: 0, tokens: 100), from: [examples])
      #expect(batch.parts.map(\.targets) == [.labelSets(IntegerLists([[1, 0], [], [1]]))])
    }
  }

  @Test(
    "A label that is not declared, and one given twice, are refused",
    arguments: [
      ("red,green", "found \"green\", expected \"red\" or \"blue\", or an id from 0 to 1"),
      ("red, red", "found \"red\" twice, expected each label once"),
    ])
  func refused(labels: String, problem: String) throws {
    let folder = try Folder(["x.tsv": "text\tlabel\na\t\(labels)\n"])
    #expect(
      message(in: folder) {
        _ = try task("{type: 'multi-label', train: 'x.tsv', labels: ['red', 'blue']}", in: folder).loaded()
      } == "x.tsv:2: column \"label\": \(problem)")
  }
}
