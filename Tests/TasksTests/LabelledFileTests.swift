import Tasks
import Testing

@Suite("Labelled files that no task file describes") struct LabelledFileTests {
  /// A task whose own data is laid out as `options` say.
  private func definition(_ options: String, type: String = "classification") throws -> TaskDefinition {
    try task(
      "{type: '\(type)', train: 'own.tsv', labels: ['no', 'yes']\(options)}", in: try Folder())
  }

  private func source(
    _ text: String, for task: TaskDefinition, name: String = "rows.tsv",
    _ change: (inout LabelledFile) -> Void = { _ in }
  ) throws -> SplitSource {
    let folder = try Folder()
    try folder.write(name, Array(text.utf8))
    var file = LabelledFile(folder.path + "/" + name)
    change(&file)
    return try file.source(for: task)
  }

  @Test("the task's own columns go before those of the task type, and both before positions")
  func order() throws {
    let own = try definition(", columns: {text: 'review', label: 'stars'}")
    let named = try source("label\ttext\tstars\treview\n", for: own)
    #expect(named.columns == [.text: .name("review"), .label: .name("stars")] && named.layout.header)
    let typical = try source("label\tid\ttext\n", for: own)
    #expect(typical.columns == [.text: .name("text"), .label: .name("label")] && typical.layout.header)
    let beside = try source("stars\tsentence\n", for: own)
    #expect(beside.columns == [.text: .name("sentence"), .label: .name("stars")])
    let besideTypical = try source("sentence\tlabel\n", for: own)
    #expect(besideTypical.columns == [.text: .name("sentence"), .label: .name("label")])
    let first = try source("yes\tno\n", for: own)
    #expect(first.columns == [.label: .number(0), .text: .number(1)] && !first.layout.header)
    let last = try source("good\tno\n", for: own)
    #expect(last.columns == [.label: .number(1), .text: .number(0)])
    #expect(throws: DataError.self) { try source("a\tb\tyes\n", for: own) }
    #expect(throws: DataError.self) { try source("good\tbad\n", for: own) }
    #expect(throws: DataError.self) { try source("yes\tgood\n", for: own) { $0.hasHeader = true } }
  }

  @Test(
    "data without a header is read as the task's own, if that has none; its numbered columns may have one")
  func ownPositions() throws {
    let headless = try definition(", header: false, columns: {text: 3, label: 1}")
    let rows = try source("7\tyes\tx\tgood\n", for: headless)
    #expect(rows.columns == [.label: .number(1), .text: .number(3)] && !rows.layout.header)
    let numbered = try definition(", columns: {text: 3, label: 1}")
    #expect(try source("id\tlabel\tx\tbody\n", for: numbered).layout.header)
    #expect(try !source("7\tyes\tx\tgood\n", for: numbered).layout.header)
  }

  @Test("a file that is not laid out as the task's own data, but usually, is read too")
  func otherSeparator() throws {
    let blanks = try definition(", header: false, separator: ' ', fields: 2, columns: {text: 1, label: 0}")
    let own = try source("yes good soup\n", for: blanks)
    #expect(own.layout.separator == 0x20 && own.columns == [.label: .number(0), .text: .number(1)])
    let header = try source("text\tlabel\n", for: blanks)
    #expect(header.layout.header && header.layout.separator == nil && header.layout.fields == nil)
    let rows = try source("good soup\tyes\n", for: blanks)
    #expect(rows.columns == [.label: .number(1), .text: .number(0)] && rows.layout.separator == nil)
  }

  @Test("columns that are said are taken, and a first row with a label in its place is no header")
  func said() throws {
    let own = try definition("")
    let columns: [ColumnUse: ColumnReference] = [.text: .number(0), .label: .number(2)]
    #expect(try !source("good\tx\tyes\n", for: own) { $0.columns = columns }.layout.header)
    #expect(try source("body\tx\tlabel\n", for: own) { $0.columns = columns }.layout.header)
    #expect(
      try !source("body\tx\tlabel\n", for: own) { ($0.columns, $0.hasHeader) = (columns, false) }.layout
        .header)
  }

  @Test("fastText's lines are known by their beginning, whatever the file is called")
  func fastText() throws {
    let own = try definition("")
    for text in ["__label__yes good soup\n", "__label__yes\tgood soup\n"] {
      for name in ["rows.txt", "rows.valid", "rows.tsv", "rows"] {
        let source = try source(text, for: own, name: name)
        #expect(source.layout.format == .fasttext && source.layout.separator == 0x20)
        #expect(source.layout.labelPrefix == "__label__" && source.layout.fields == 2)
      }
    }
    let pairs = try source(
      "__label__yes\ta b\tc d\n", for: definition("", type: "pair-classification"), name: "x.txt")
    #expect(pairs.columns == [.label: .number(0), .text: .number(1), .pair: .number(2)])
    #expect(pairs.layout.separator == 0x09 && pairs.layout.fields == 3)
    #expect(try source("{\"text\": \"a\"}\n", for: own, name: "rows").layout.format == .jsonl)
    #expect(try source("label,text\n", for: own, name: "rows.csv").layout.format == .csv)
  }
}
