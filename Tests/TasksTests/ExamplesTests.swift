import Tasks
import Testing

@Suite struct ExamplesTests {
  @Test("Examples are flat: tokens, segments, starts and pair starts agree with the encoder")
  func flat() throws {
    let folder = try Folder(["x.tsv": "text\tpair\tlabel\na b\tc\t1.5\nd e f g\th i j\t4\n"])
    let examples = try task("{type: 'similarity', train: 'x.tsv', range: [0, 5]}", in: folder).loaded(
      maximumLength: 8)
    let encoder = WordEncoder()
    let first = encoder.encode("a b", "c", maximumLength: 8)
    let second = encoder.encode("d e f g", "h i j", maximumLength: 8)
    #expect(examples.ids == first.ids + second.ids)
    #expect(examples.segments == first.segments + second.segments)
    #expect(examples.starts == [0, 6, 14])
    #expect(examples.pairStarts == [4, Int32(second.pairStart)])
    #expect(examples.targets == .scores([1.5, 4]))
    #expect(examples.truncatedCount == 1)
    #expect(examples.rows == [0, 1])
    #expect((examples.count, examples.longest, examples.queryCount) == (2, 8, 0))
  }

  @Test("Labels that are not declared are collected, sorted as numbers if all are")
  func collectedLabels() throws {
    func labels(_ rows: String...) throws -> [String] {
      let folder = try Folder(["x.tsv": "text\tlabel\n" + rows.map { "t\t\($0)\n" }.joined()])
      return try task("{type: 'classification', train: 'x.tsv'}", in: folder).resolved().labels
    }
    #expect(try labels("b", "a", "b", "C") == ["C", "a", "b"])
    #expect(try labels("10", "9", "-1", "9") == ["-1", "9", "10"])
    #expect(try labels("10", "9", "x") == ["10", "9", "x"])
    let folder = try Folder(["x.tsv": "text\tlabel\na\t1\nb\t1\n", "y.tsv": "text\tlabel\na\t1\nb\t\n"])
    #expect(
      message(in: folder) { _ = try task("{type: 'classification', train: 'x.tsv'}", in: folder).resolved() }
        == "x.tsv: column \"label\": found only the label \"1\", expected at least two labels")
    #expect(
      message(in: folder) { _ = try task("{type: 'classification', train: 'y.tsv'}", in: folder).resolved() }
        == "y.tsv:3: column \"label\": found nothing, expected a label")
    #expect(
      message(in: folder) { _ = try task("{type: 'classification', dev: 'y.tsv'}", in: folder).resolved() }
        == "tasks.json5:1: tasks.t.labels: found neither labels nor training rows, expected one of the two")
  }

  @Test("Names of labels that are numbers are never taken for ids")
  func numericLabels() throws {
    let folder = try Folder(["x.tsv": "text\tlabel\na\t5\nb\t1\n", "y.tsv": "text\tlabel\na\t0\n"])
    let options = "type: 'classification', labels: ['1', '5']"
    #expect(try task("{\(options), train: 'x.tsv'}", in: folder).loaded().targets == .classes([1, 0]))
    #expect(
      message(in: folder) { _ = try task("{\(options), train: 'y.tsv'}", in: folder).loaded() }
        == "y.tsv:2: column \"label\": found \"0\", expected \"1\" or \"5\"")
  }

  @Test(
    "A score that is no number or out of range is refused",
    arguments: [
      ("abc", "\"abc\""), ("nan", "\"nan\""), ("1e999", "\"1e999\""), ("5.01", "\"5.01\""), ("", "nothing"),
    ])
  func scores(value: String, found: String) throws {
    let folder = try Folder(["x.tsv": "text\tpair\tlabel\na\tb\t5\na\tb\t\(value)\n"])
    #expect(
      message(in: folder) {
        _ = try task("{type: 'similarity', train: 'x.tsv', range: [0, 5]}", in: folder).loaded()
      }
        == "x.tsv:3: column \"label\": found \(found), expected a number from 0.0 to 5.0")
  }

  @Test("A range that is not declared is that of the training scores, and binds dev")
  func collectedRange() throws {
    let head = "text\tpair\tlabel\n"
    let folder = try Folder([
      "x.tsv": head + "a\tb\t-1\na\tb\t2.5\n", "y.tsv": head + "a\tb\t3\n", "z.tsv": head + "a\tb\t3\n",
    ])
    let similarity = try task("{type: 'similarity', train: 'x.tsv', dev: 'y.tsv'}", in: folder)
    #expect(try similarity.resolved().range == -1...2.5)
    #expect(
      message(in: folder) { _ = try similarity.loaded(.dev) }
        == "y.tsv:2: column \"label\": found \"3\", expected a number from -1.0 to 2.5")
    #expect(
      message(in: folder) { _ = try task("{type: 'similarity', train: 'z.tsv'}", in: folder).resolved() }
        == "z.tsv: column \"label\": found only the score 3.0, expected different scores")
  }

  @Test("Rows of a query are gathered wherever they stand, by text or by ID, and keep the order of the file")
  func queries() throws {
    let rows = [
      ("q1", "x", "a", "0"), ("q2", "x", "b", "1"), ("q1", "y", "c", "2"), ("q3", "z", "d", "0"),
      ("q2", "x", "e", "0"),
    ]
    let text = "id\tquery\tcandidate\tlabel\n" + rows.map { "\($0.0)\t\($0.1)\t\($0.2)\t\($0.3)\n" }.joined()
    let folder = try Folder(["x.tsv": text])
    let byText = try task("{type: 'ranking', train: 'x.tsv'}", in: folder).loaded()
    #expect(byText.queryStarts == [0, 3, 4, 5])
    #expect(byText.rows == [0, 1, 4, 2, 3])
    #expect(byText.targets == .gains([0, 1, 0, 2, 0]))
    #expect(byText.queryNames == ["1", "2", "3"])
    #expect(byText.candidateNames == ["0", "1", "2", "0", "0"])
    #expect(byText.place(of: 2).hasSuffix("x.tsv:6"))
    #expect(byText.answerableQueries == [0, 1])
    #expect(byText.trainableQueries == [0])
    let encoder = WordEncoder()
    #expect(Array(byText.ids[byText.tokens(of: 2)]) == encoder.encode("x", "e", maximumLength: 9).ids)

    let columns =
      "{query: 'query', candidate: 'candidate', label: 'label', queryID: 'id', candidateID: 'candidate'}"
    let byID = try task("{type: 'ranking', train: 'x.tsv', columns: \(columns)}", in: folder).loaded()
    #expect(byID.queryStarts == [0, 2, 4, 5])
    #expect(byID.queryNames == ["q1", "q2", "q3"])
    #expect(byID.candidateNames == ["a", "c", "b", "e", "d"])
    #expect(byID.answerableQueries == [0, 1])
    // What is no level could be trained on, but not evaluated.
    for wrong in ["-1", "0.5", "1e30", "inf"] {
      try folder.write("x.tsv", Array((text + "q4\tx\ty\t\(wrong)\n").utf8))
      #expect(
        message(in: folder) { _ = try task("{type: 'ranking', train: 'x.tsv'}", in: folder).loaded() }
          == "x.tsv:7: column \"label\": found \"\(wrong)\", expected a relevance of 0 or more, in whole numbers"
      )
    }
    try folder.write("x.tsv", Array((text + "q4\tx\ty\t1.0\n").utf8))
    #expect(try task("{type: 'ranking', train: 'x.tsv'}", in: folder).loaded().count == 6)
  }

  @Test("A split without a label column has no targets")
  func unlabelled() throws {
    let folder = try Folder(["x.tsv": "text\na b\nc\n"])
    let examples = try task(
      "{type: 'classification', labels: ['a', 'b'], test: {file: 'x.tsv', columns: {text: 'text'}}}",
      in: folder
    ).loaded(.test)
    #expect(examples.count == 2)
    #expect(examples.targets == .none)
  }

  @Test("A list of rows divides a file, and a listed row that the file lacks is an error")
  func rowLists() throws {
    let folder = try Folder([
      "x.tsv": "i\tj\ttext\tlabel\n1\t2\ta\t0\n1\t3\tb\t1\n2\t2\tc\t0\n", "ids.tsv": "1\t3\n",
      "more.tsv": "2\t2\n9\t9\n",
    ])
    func definition(_ list: String) throws -> TaskDefinition {
      try task(
        """
        {type: 'classification', labels: ['a', 'b'],
         train: {file: 'x.tsv', rows: {unlisted: '\(list)', columns: ['i', 1]}},
         dev: {file: 'x.tsv', rows: {listed: '\(list)', columns: ['i', 1]}}}
        """, in: folder)
    }
    #expect(try definition("ids.tsv").loaded().targets == .classes([0, 0]))
    #expect(try definition("ids.tsv").loaded(.dev).targets == .classes([1]))
    for split in [Split.train, .dev] {
      #expect(
        message(in: folder) { _ = try definition("more.tsv").loaded(split) }
          == "more.tsv:2: found \"9\" and \"9\", expected what columns \"i\", 1 of a row of x.tsv hold")
    }
  }

  @Test("A sample is the same each time, in the order of the file, and takes whole queries")
  func samples() throws {
    let rows = (0..<100).map { "query \($0 / 4)\tcandidate \($0)\t\($0 % 4 == 0 ? 1 : 0)\n" }.joined()
    let folder = try Folder(["x.txt": rows])
    func load(_ sample: String, _ type: String) throws -> Examples {
      let columns = type == "ranking" ? "{query: 0, candidate: 1, label: 2}" : "{text: 0, pair: 1, label: 2}"
      return try task(
        "{type: '\(type)', header: false, columns: \(columns), train: {file: 'x.txt', sample: \(sample)}}",
        in: folder
      ).loaded()
    }
    let tenth = try load("0.1", "pair-classification")
    #expect(tenth.count == 10)
    #expect(tenth.rows == tenth.rows.sorted())
    #expect(tenth.rows != Array(0..<10))
    #expect(try load("0.1", "pair-classification").ids == tenth.ids)
    #expect(try load("1000", "pair-classification").count == 100)
    let queries = try load("5", "ranking")
    #expect(queries.queryCount == 5)
    #expect(queries.count == 20)
    #expect(queries.answerableQueries.count == 5)
  }

  @Test("Several files of a split follow each other, and an example knows which it came from")
  func severalFiles() throws {
    let folder = try Folder(["x.tsv": "text\tlabel\na\t0\nb\t1\n", "y.tsv": "label\ttext\n1\tc\n"])
    let examples = try task("{type: 'classification', train: ['x.tsv', 'y.tsv']}", in: folder).loaded()
    #expect(examples.targets == .classes([0, 1, 1]))
    #expect((0..<3).map { examples.place(of: $0).suffix(7) } == ["x.tsv:2", "x.tsv:3", "y.tsv:2"])
  }
}
