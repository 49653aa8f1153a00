import Tasks
import Testing

@Suite struct TableTests {
  /// The classes and token counts of the rows of a task over `bytes`.
  private func load(_ file: String, _ bytes: [UInt8], _ options: String = "") throws -> Examples {
    let folder = try Folder()
    try folder.write(file, bytes)
    return try task("{type: 'classification', train: '\(file)', labels: ['no', 'yes']\(options)}", in: folder)
      .loaded()
  }

  private func load(_ file: String, _ text: String, _ options: String = "") throws -> Examples {
    try load(file, Array(text.utf8), options)
  }

  private func classes(_ examples: Examples) -> [Int32]? {
    if case .classes(let classes) = examples.targets { classes } else { nil }
  }

  private func words(_ texts: String...) -> [Int32] {
    texts.flatMap { WordEncoder().encode($0, nil, maximumLength: .max).ids }
  }

  @Test(
    "TSV: byte order mark, CRLF, stray quotation marks, extra columns and empty lines at the end are taken as they are"
  )
  func tsv() throws {
    let examples = try load(
      "x.tsv", "\u{FEFF}text\tlabel\r\nhe said \"a\tno\r\n\"\tyes\textra\r\nlast\t1\r\n\r\n\n", "")
    #expect(classes(examples) == [0, 1, 1])
    #expect(examples.ids == words("he said \"a", "\"", "last"))
    #expect((0..<3).map { examples.place(of: $0).hasSuffix("x.tsv:\($0 + 2)") } == [true, true, true])
  }

  @Test("TSV without a header, with the last line unfinished, and an empty text")
  func tsvNoHeader() throws {
    let examples = try load("x.txt", "1\t\n0\tb c", ", header: false, columns: {label: 0, text: 1}")
    #expect(classes(examples) == [1, 0])
    #expect(examples.ids == words("", "b c"))
  }

  @Test("Lines of label and text, and fastText's")
  func labelledLines() throws {
    let options = ", format: 'tsv', header: false, separator: ' ', fields: 2, columns: {label: 0, text: 1}"
    let lines = try load("x.train", "1 a b  c\n0 d\n", options)
    #expect(classes(lines) == [1, 0])
    #expect(lines.ids == words("a b c", "d"))
    let tabs = try load("x.train", "__label__yes\ta b\n__label__no\tc\td e\n", ", format: 'fasttext'")
    #expect(classes(tabs) == [1, 0])
    #expect(tabs.ids == words("a b", "c\td e"))
    let folder = try Folder(["x.train": "__label__no\ta b\tc\n"])
    let pairs = try task(
      "{type: 'pair-classification', train: 'x.train', labels: ['no', 'yes'], format: 'fasttext'}", in: folder
    ).loaded()
    #expect(classes(pairs) == [0])
    #expect(pairs.ids == WordEncoder().encode("a b", "c", maximumLength: .max).ids)
    let fast = try load("x.train", "__label__yes a b\n__label__no c\td\n", ", format: 'fasttext'")
    #expect(classes(fast) == [1, 0])
    #expect(fast.ids == words("a b", "c\td"))
  }

  @Test("CSV: quoted fields hold separators, line breaks and doubled quotation marks")
  func csv() throws {
    let text = "label,text\r\nyes,\"a, \"\"b\"\"\r\nc\"\r\nno,\"\"\n1,plain\n\"0\",\"x\""
    let examples = try load("x.csv", text)
    #expect(classes(examples) == [1, 0, 1, 0])
    #expect(examples.ids == words("a, \"b\"\r\nc", "", "plain", "x"))
    #expect(examples.place(of: 1).hasSuffix(":4"))
    let semicolon = try load("x.csv", "text;label\na,b;yes\n", ", separator: ';'")
    #expect(semicolon.ids == words("a,b"))
  }

  @Test("JSON lines: members in any order, numbers and flags as labels")
  func jsonLines() throws {
    let text = """
      {"label": 1, "text": "a \\"b\\" \\u00e9", "more": {"x": [1]}}
      {"text": "c\\nd", "label": "no"}

      """
    let examples = try load("x.jsonl", text)
    #expect(classes(examples) == [1, 0])
    #expect(examples.ids == words("a \"b\" é", "c\nd"))
  }

  @Test("Latin-1 is read when the task file says so")
  func latin1() throws {
    let bytes = Array("text\tlabel\ncaf".utf8) + [0xE9] + Array("\tyes\n".utf8)
    #expect(try load("x.tsv", bytes, ", encoding: 'latin-1'").ids == words("café"))
  }

  @Test(
    "A row that cannot be used is named with file, line, column, what was found and what was expected",
    arguments: [
      (
        "x.tsv", "text\tlabel\na\tyes\nb\n", "",
        "x.tsv:3: column \"label\": found a row of 1 field, expected at least 2 fields"
      ),
      (
        "x.tsv", "text\tlabel\na\tyes\n\nb\tno\n", "",
        "x.tsv:3: column \"label\": found an empty line, expected at least 2 fields"
      ),
      (
        "x.tsv", "text\tlabel\na\tmaybe\n", "",
        "x.tsv:2: column \"label\": found \"maybe\", expected \"no\" or \"yes\", or an id from 0 to 1"
      ),
      (
        "x.tsv", "text\tlabel\na\t2\n", "",
        "x.tsv:2: column \"label\": found \"2\", expected \"no\" or \"yes\", or an id from 0 to 1"
      ),
      (
        "x.tsv", "text\tlabel\na\t\n", "",
        "x.tsv:2: column \"label\": found \"\", expected \"no\" or \"yes\", or an id from 0 to 1"
      ),
      (
        "x.tsv", "sentence\tlabels\na\tyes\n", "",
        "x.tsv:1: column \"text\": found a header with \"sentence\" and \"labels\", expected a column of this name"
      ),
      (
        "x.tsv", "text\tlabels\na\tyes\n", "",
        "x.tsv:1: column \"label\": found a header with \"text\" and \"labels\", expected a column of this name; "
          + "perhaps \"labels\" is meant"
      ),
      (
        "x.tsv", "text\tlabel\tlabel\na\tyes\tno\n", "",
        "x.tsv:1: column \"label\": found the name 2 times in the header, "
          + "expected it once; give the column's number instead"
      ),
      (
        "x.tsv", "a\tyes\nb\tno\n", ", columns: {text: 0, label: 1}",
        "x.tsv:1: column 1: found the label \"yes\" in the header row, "
          + "expected a column's name; if the file has no header, set header: false"
      ),
      (
        "x.tsv", "a\tb\n", ", columns: {text: 0, label: 2}",
        "x.tsv:1: column 2: found a header of 2 columns, expected at least 3"
      ),
      ("x.tsv", "", "", "x.tsv: found an empty file, expected a header row"),
      ("x.tsv", "text\tlabel\n", "", "x.tsv: found no rows, expected at least one"),
      (
        "x.csv", "text,label\na,\"yes\nb,no\n", "",
        "x.csv:2: column 1: found a quotation mark that is not closed, expected another one after it; "
          + "for a file without quoting set format: \"tsv\" and the separator"
      ),
      (
        "x.csv", "text,label\n\"a\nb\" c,no\n", "",
        "x.csv:3: column 1: found text after a closing quotation mark, expected a separator or the end of the line; "
          + "for a file without quoting set format: \"tsv\" and the separator"
      ),
      (
        "x.csv", "text,label\na \"b\",no\n", "",
        "x.csv:2: column 0: found a quotation mark inside a field without quotes, expected the field in quotes and "
          + "the mark doubled; for a file without quoting set format: \"tsv\" and the separator"
      ),
      (
        "x.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"a\"}\n", "",
        "x.jsonl:2: column \"label\": found an object with \"text\", expected a member of this name"
      ),
      (
        "x.jsonl", "{\"text\": [\"a\", [\"b\"]], \"label\": 1}\n", "",
        "x.jsonl:1: column \"text\": found a list of 1, expected a text, a number or a list of these"
      ),
      (
        "x.jsonl", "{\"text\": \"a\", \"label\": null}\n", "",
        "x.jsonl:1: column \"label\": found null, expected a text, a number or a list of these"
      ),
      (
        "x.jsonl", "{\"text\": \"a\", \"label\": 1}\n\n{\"text\": \"a\", \"label\": 1}\n", "",
        "x.jsonl:2: found the end, expected a value (a JSON object a line)"
      ),
      ("x.jsonl", "[1]\n", "", "x.jsonl:1: found a list of 1, expected a JSON object"),
      (
        "x.txt", "__label__yes __label__no a\n", ", format: 'fasttext'",
        "x.txt:1: column 1: found a second label, expected one label a line"
      ),
      (
        "x.txt", "yes a\n", ", format: 'fasttext'",
        "x.txt:1: column 0: found \"yes\", expected a label that begins with __label__"
      ),
    ])
  func broken(file: String, text: String, options: String, expected: String) throws {
    let folder = try Folder([file: text])
    let found = message(in: folder) {
      _ = try task("{type: 'classification', train: '\(file)', labels: ['no', 'yes']\(options)}", in: folder)
        .loaded()
    }
    #expect(found == expected)
  }

  @Test("Bytes that are not UTF-8 are named with their line and the remedy; so are UTF-16 and a missing file")
  func encodings() throws {
    let folder = try Folder()
    let task = try task("{type: 'classification', train: 'x.tsv'}", in: folder)
    func complaint(_ bytes: [UInt8]) throws -> String {
      try folder.write("x.tsv", bytes)
      return message(in: folder) { _ = try task.loaded() }
    }
    let head = Array("text\tlabel\n".utf8)
    // Lone lead byte, lone continuation, overlong, surrogate, too large, cut off at the end.
    for bad in [
      [0xE9, 0x61], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] as [[UInt8]] {
      let digits = String(bad[0], radix: 16, uppercase: true)
      #expect(
        try complaint(head + Array("é€😀\tb\n".utf8) + bad)
          == "x.tsv:3: found the byte 0x\(digits), expected UTF-8; for ISO 8859-1 set encoding: \"latin-1\"")
    }
    #expect(try complaint([0xFF, 0xFE, 0x61, 0]) == "x.tsv:1: found text in UTF-16, expected UTF-8")
    let missing = try Folder()
    let absent = try Tasks.TaskFile.parse(
      "{tasks: {t: {type: 'classification', train: 'x.tsv'}}}", file: missing.path + "/t.json5",
      types: allTypes)
    #expect(
      message(in: missing) { _ = try absent.tasks[0].loaded() }
        == "x.tsv: found no such file, expected a file of rows")
  }
}
