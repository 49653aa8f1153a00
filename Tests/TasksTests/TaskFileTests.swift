import Tasks
import Testing

@Suite struct TaskFileTests {
  private func parse(_ text: String, file: String = "dir/tasks.json5", dataFolder: String? = nil) throws
    -> TaskFile
  {
    try TaskFile.parse(text, file: file, types: allTypes, dataFolder: dataFolder)
  }

  private let worked = """
    {
      tasks: {
        sst:  { type: "classification", train: "sst/train.tsv", dev: "sst/dev.tsv", test: "/abs/test.tsv",
                columns: { text: "sentence", label: "label" }, labels: ["negative", "positive"], weight: 2 },
        mrpc: { type: "pair-classification", columns: { text: 3, pair: 4, label: 0 }, metrics: ["accuracy", "f1"],
                mainMetric: "f1", head: { type: "san", name: "pairs", steps: 5, dropout: 0.1, average: true },
                train: { file: ["a.txt", "b.txt"], rows: { unlisted: "ids.tsv", columns: [1, 2] }, sample: 0.5 },
                test: { file: "c.jsonl", columns: { text: "a", pair: "b" } }, learningRateFactor: 0.5 },
        stsb: { type: "similarity", columns: { text: 5, pair: 6, label: 4 }, range: [0, 5], header: false,
                format: "tsv", encoding: "latin-1", train: "sts.csv", maximumLength: 64, head: "bilinear" },
        wikiqa: { type: "ranking", columns: { query: 0, candidate: 1, label: 2 }, header: false, train: "w.txt" },
        named: { type: "classification", train: "n.csv", separator: ";" },
        fast: { type: "classification", format: "fasttext", train: "cooking.train" },
      },
      training: { epochs: 3, "learning-rate": 1e-4, mixing: "rows", shares: { sst: 2, mrpc: 1 }, metrics: ["a", "b"] },
    }
    """

  @Test("A worked task file is read whole")
  func workedFile() throws {
    let file = try parse(worked)
    #expect(file.tasks.map(\.name) == ["sst", "mrpc", "stsb", "wikiqa", "named", "fast"])
    let (sst, mrpc, stsb, wikiqa) = (file.tasks[0], file.tasks[1], file.tasks[2], file.tasks[3])
    #expect(sst.train?.files == ["dir/sst/train.tsv"])
    #expect(sst.test?.files == ["/abs/test.tsv"])
    #expect(sst.train?.layout == TableLayout(format: .tsv))
    #expect(sst.train?.columns == [.text: .name("sentence"), .label: .name("label")])
    #expect(sst.labels == ["negative", "positive"])
    #expect(sst.metrics == ["accuracy"])
    #expect(sst.mainMetric == "accuracy")
    #expect(sst.weight == 2)
    #expect(sst.line == 3)

    #expect(mrpc.mainMetric == "f1")
    #expect(mrpc.head.type == "san")
    #expect(mrpc.head.name == "pairs")
    #expect(mrpc.head.settings.map(\.name) == ["steps", "dropout", "average"])
    #expect(mrpc.head.settings.map(\.value) == [.number(5), .number(0.1), .flag(true)])
    #expect(
      mrpc.head.settings[1].error(expected: "x").description
        == "dir/tasks.json5:6: tasks.mrpc.head.dropout: found 0.1, expected x")
    #expect(mrpc.train?.files == ["dir/a.txt", "dir/b.txt"])
    #expect(
      mrpc.train?.rows == RowList(file: "dir/ids.tsv", columns: [.number(1), .number(2)], isTaken: false))
    #expect(mrpc.train?.sample == .fraction(0.5))
    #expect(mrpc.test?.isLabelled == false)
    #expect(mrpc.test?.layout.format == .jsonl)
    #expect(mrpc.learningRateFactor == 0.5)

    #expect(stsb.range == 0...5)
    #expect(stsb.train?.layout == TableLayout(format: .tsv, header: false, encoding: .latin1))
    #expect(stsb.maximumLength == 64)
    #expect(stsb.head.type == "bilinear")
    #expect(wikiqa.train?.columns == [.text: .number(0), .pair: .number(1), .label: .number(2)])
    #expect(wikiqa.metrics == ["map", "mrr", "ndcg@10"])
    #expect(file.tasks[4].train?.columns == [.text: .name("text"), .label: .name("label")])
    #expect(file.tasks[4].train?.layout == TableLayout(format: .csv, separator: UInt8(ascii: ";")))
    #expect(file.tasks[5].train?.columns == [.label: .number(0), .text: .number(1)])
    #expect(file.tasks[5].train?.layout.labelPrefix == "__label__")

    #expect(file.training.map(\.name) == ["epochs", "learning-rate", "mixing", "shares", "metrics"])
    #expect(file.training.map(\.spelling) == ["3", "1e-4", "rows", "sst=2,mrpc=1", "a,b"])
  }

  @Test("What is written of the tasks reads back to the same, with absolute or with relative paths")
  func roundTrip() throws {
    let file = try parse(worked, file: "/work/dir/tasks.json5")
    let again = try parse(file.encoded(), file: "/elsewhere/tasks.json")
    let relative = file.encoded(relativeTo: "/work/runs/one")
    #expect(relative.contains("\"../../dir/sst/train.tsv\""))
    #expect(relative.contains("\"../../../abs/test.tsv\""))
    let moved = try parse(relative, file: "/work/runs/one/tasks.json")
    for other in [again, moved] {
      // Compared with paths made plain: those of `moved` lead through its folder.
      #expect(other.encoded() == file.encoded())
      for (left, right) in zip(other.tasks, file.tasks) {
        #expect(left.train?.layout == right.train?.layout)
        #expect(left.train?.columns == right.train?.columns)
        #expect(left.test?.columns == right.test?.columns)
        #expect(left.train?.sample == right.train?.sample)
        #expect(left.head.settings.map(\.value) == right.head.settings.map(\.value))
        #expect((left.labels, left.range, left.mainMetric) == (right.labels, right.range, right.mainMetric))
        #expect((left.weight, left.learningRateFactor) == (right.weight, right.learningRateFactor))
        #expect(left.maximumLength == right.maximumLength)
      }
      #expect(other.training.map(\.spelling) == ["3", "0.0001", "rows", "sst=2,mrpc=1", "a,b"])
    }
  }

  @Test("The data folder comes from the file, from `data`, or from the caller")
  func dataFolder() throws {
    let plain = "{tasks: {t: {type: 'classification', train: 'x.tsv'}}}"
    let own = "{data: '../data', tasks: {t: {type: 'classification', train: 'x.tsv'}}}"
    #expect(try parse(plain).tasks[0].train?.files == ["dir/x.tsv"])
    #expect(try parse(plain, file: "tasks.json5").tasks[0].train?.files == ["x.tsv"])
    #expect(try parse(own).tasks[0].train?.files == ["dir/../data/x.tsv"])
    #expect(try parse(own, dataFolder: "/data").tasks[0].train?.files == ["/data/x.tsv"])
  }

  @Test(
    "A mistake in a task file is named with its line, place and remedy",
    arguments: [
      (
        "{type: 'classification', train: 'x.tsv', colums: {}}",
        "t.colums: found an unknown key, expected \"columns\""
      ),
      (
        "{type: 'classification', train: {file: 'x.tsv', heder: true}}",
        "t.train.heder: found an unknown key, expected \"header\""
      ),
      ("{type: 'clasification'}", "t.type: found \"clasification\", expected \"classification\""),
      (
        "{type: 'x'}",
        "t.type: found \"x\", expected \"classification\", \"similarity\", \"pair-classification\", "
          + "\"ranking\", \"token-labelling\", \"multi-label\", \"span-extraction\" or \"masked-language-modelling\""
      ),
      (
        "{}",
        "t.type: found nothing, expected \"classification\", \"similarity\", \"pair-classification\", "
          + "\"ranking\", \"token-labelling\", \"multi-label\", \"span-extraction\" or \"masked-language-modelling\""
      ),
      (
        "{type: 'classification', train: 'x.tsv', columns: {text: 0, label: -1}}",
        "t.columns.label: found the number -1, expected a column's name, or its number from 0"
      ),
      (
        "{type: 'classification', train: 'x.tsv', columns: {text: 0}}",
        "t.columns.label: found nothing, expected a column's name or number"
      ),
      (
        "{type: 'classification', train: 'x.tsv', columns: {text: 0, label: 1, pair: 2}}",
        "t.columns.pair: found an unknown key, expected \"text\" or \"label\""
      ),
      (
        "{type: 'classification', train: 'x.tsv', header: false}",
        "t.columns: found nothing, expected the columns' numbers, as { text: 0, label: 1 }, as there is no header"
      ),
      (
        "{type: 'classification', train: 'x.tsv', header: false, columns: {text: 'a', label: 1}}",
        "t.columns.text: found \"a\", expected a number from 0, as there is no header"
      ),
      (
        "{type: 'classification', train: 'x.jsonl', columns: {text: 0, label: 1}}",
        "t.columns.text: found 0, expected a name, as jsonl has no column numbers"
      ),
      (
        "{type: 'classification', train: 'x.dat'}",
        "t.train: found \"x.dat\", expected a file that ends in .tsv, .tab, .txt, .csv, .jsonl, .ndjson, "
          + ".conll or .bio, or the key `format`"
      ),
      (
        "{type: 'classification', train: 'x.tsv', format: 'xml'}",
        "t.format: found the text \"xml\", expected \"tsv\", \"csv\", \"jsonl\", \"fasttext\", \"conll\" or \"lines\""
      ),
      (
        "{type: 'classification', train: 'x.tsv', encoding: 'utf-16'}",
        "t.encoding: found the text \"utf-16\", expected \"utf-8\" or \"latin-1\""
      ),
      (
        "{type: 'classification', train: 'x.tsv', labels: ['one']}",
        "t.labels: found \"one\", expected at least two names"
      ),
      (
        "{type: 'classification', train: 'x.tsv', labels: ['a', 'a']}",
        "t.labels: found \"a\" twice, expected each name once"
      ),
      (
        "{type: 'classification', train: 'x.tsv', range: [0, 5]}",
        "t.range: found it in a task of type \"classification\", expected it only in tasks of type \"similarity\""
      ),
      (
        "{type: 'similarity', train: 'x.tsv', range: [5, 0]}",
        "t.range: found [5.0, 0.0], expected the lowest and the highest score, as [0, 5]"
      ),
      (
        "{type: 'classification', train: 'x.tsv', mainMetric: 'f1'}",
        "t.mainMetric: found \"f1\", expected one of the metrics: \"accuracy\""
      ),
      (
        "{type: 'classification', train: 'x.tsv', weight: -1}",
        "t.weight: found the number -1, expected a number of at least 0"
      ),
      (
        "{type: 'classification', train: 'x.tsv', maximumLength: 12.5}",
        "t.maximumLength: found the number 12.5, expected a whole number from 3"
      ),
      (
        "{type: 'classification', train: {file: 'x.tsv', columns: {text: 'a'}}}",
        "t.train: found columns without a label, expected a label to learn from"
      ),
      (
        "{type: 'classification', train: {file: 'x.tsv', rows: {listed: 'a', unlisted: 'b', columns: [0]}}}",
        "t.train.rows: found both, expected either `listed` or `unlisted`"
      ),
      (
        "{type: 'classification', train: {file: 'x.tsv', sample: 1.5}}",
        "t.train.sample: found the number 1.5, expected a number of examples, or a fraction below 1"
      ),
      (
        "{type: 'classification', train: 'x.tsv', separator: '::'}",
        "t.separator: found \"::\", expected one ASCII character, as \",\""
      ),
      (
        "{type: 'classification', train: 'x.tsv', head: {type: 'san', steps: [[1]]}}",
        "t.head.steps: found a list of 1, expected a number, a text, true or false"
      ),
      ("[]", "t: found an empty list, expected an object in braces"),
    ])
  func mistakes(task: String, expected: String) {
    #expect(message { _ = try parse("{tasks:\n{t:\n\(task)}}") } == "dir/tasks.json5:3: tasks." + expected)
  }

  @Test("Mistakes outside of the tasks are named too")
  func topMistakes() throws {
    #expect(
      message { _ = try parse("{taks: {}}") }
        == "dir/tasks.json5:1: taks: found an unknown key, expected \"tasks\"")
    #expect(
      message { _ = try parse("{}") } == "dir/tasks.json5:1: tasks: found nothing, expected tasks, by name")
    #expect(
      message { _ = try parse("{tasks: {\n'a b': {}}}") }
        == "dir/tasks.json5:2: tasks: found the name \"a b\", expected a name of letters, digits, '-', '_' and '.'"
    )
    #expect(
      message { _ = try parse("{tasks: {\n") } == "dir/tasks.json5:2: found the end, expected a name or }")
    let folder = try Folder()
    #expect(
      message(in: folder) { _ = try TaskFile.load([folder.path + "/none.json5"], types: allTypes) }
        == "none.json5: found no such file, expected a task file")
    #expect(
      message(in: folder) { _ = try TaskFile.load([folder.path], types: allTypes) }
        == "\(folder.path): found a folder, expected a task file")
    try folder.write("bad.json5", Array("{ //\n".utf8) + [0xE9])
    #expect(
      message(in: folder) { _ = try TaskFile.load([folder.path + "/bad.json5"], types: allTypes) }
        == "bad.json5:2: found the byte 0xE9, expected UTF-8 text")
  }

  @Test(
    "Several files merge; a task given twice and an option given two values are refused, naming both files")
  func merging() throws {
    func one(_ name: String, _ training: String) -> String {
      "{tasks: {\n\(name): {type: 'classification', train: 'x.tsv'}}, training: {\(training)}}"
    }
    let folder = try Folder([
      "a.json5": one("a", "epochs: 3"), "b.json5": one("b", "epochs: 3, seed: 1"), "c.json5": one("a", ""),
      "d.json5": one("d", "epochs: 4"),
    ])
    func load(_ names: String...) throws -> TaskFile {
      try TaskFile.load(names.map { folder.path + "/" + $0 }, types: allTypes)
    }
    let merged = try load("b.json5", "a.json5")
    #expect(merged.tasks.map(\.name) == ["b", "a"])
    #expect(merged.training.map(\.spelling) == ["3", "1"])
    #expect(
      message(in: folder) { _ = try load("a.json5", "c.json5") }
        == "c.json5:2: tasks.a: found a second task of this name (the first: a.json5:2), expected a name for each task"
    )
    #expect(
      message(in: folder) { _ = try load("a.json5", "d.json5") }
        == "d.json5:2: training.epochs: found 4, expected 3, as a.json5:2 says")
  }
}
