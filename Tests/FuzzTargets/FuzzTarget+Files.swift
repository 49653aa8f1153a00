import Evaluation
import Foundation
import Networks
import RankingFiles
import Reporting
import Tasks
import Training

/// What commands read that no task file describes.
extension FuzzTarget {
  /// The first four bytes are how the file is said to be read; the rest is the file.
  static let labelledFile = FuzzTarget(
    name: "labelled file",
    seeds: [
      "\0\0\0\0text\tlabel\nsoup\tgood\nfish\tbad\n", "\u{4}\u{1}\0\0__label__good soup\n__label__bad fish\n",
      "\u{2}\u{1}\u{1}\u{1}good,\"so\"\"up\"\nbad,fish\n",
      "\u{3}\0\0\u{2}{\"text\": \"soup\", \"label\": \"good\"}\n", "\0\u{1}\0\u{1}good\tsoup\nbad\tfish\n",
    ], pieces: ["\t", ",", "\"", "\n", "\r", "good", "bad", "__label__", "{", " ", "1", "text", "label"]
  ) { bytes, folder in
    let choices = (bytes + [0, 0, 0, 0]).prefix(4).map(Int.init)
    let endings = ["tsv", "csv", "jsonl", "conll", "txt"]
    let path = folder.appendingPathComponent("rows.\(endings[choices[0] / 5 % endings.count])")
    try Data(bytes.dropFirst(4)).write(to: path)
    var file = LabelledFile(path.path)
    let formats: [LabelledFile.Format?] = [nil] + LabelledFile.Format.allCases
    file.format = formats[choices[0] % formats.count]
    file.hasHeader = [nil, false, true][choices[1] % 3]
    file.separator = [nil, UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: ";")][choices[2] % 4]
    let columns: [[ColumnUse: ColumnReference]?] = [
      nil, [.text: .number(1), .label: .number(0)], [.text: .name("text"), .label: .name("label")],
      [.text: .number(0), .label: .name("label")], [.text: .name("text"), .label: .number(7)],
    ]
    file.columns = columns[choices[3] % columns.count]
    let layouts = ["", "header: false, columns: {text: 1, label: 0}", "format: 'fasttext'", "separator: ','"]
    let text = """
      { tasks: { a: { type: 'classification', train: 'rows.tsv', labels: ['good', 'bad'],
                      \(layouts[choices[3] / 5 % layouts.count]) } } }
      """
    let task = try TaskFile.parse(
      text, file: folder.appendingPathComponent("tasks.json5").path, types: HeadKind.taskTypes
    ).tasks[0]
    let source = try file.source(for: task)
    let examples = try task.examples(from: source, encoder: Words(), maximumLength: 16)
    let rows = try file.rows([0, 1, examples.count - 1], for: task)
    guard examples.count == 0 || rows[0] != nil else { throw Wrong() }
  }

  static let judgementObjects = FuzzTarget(
    name: "judgement objects",
    seeds: [
      "{\"query-id\": \"q1\", \"corpus-id\": \"d1\", \"score\": 1}\n{\"topic\": 2, \"docno\": \"é\", \"rel\": -1}\n"
    ], pieces: ["{", "}", "\"query-id\":", "\"score\":", "\n", "\u{FEFF}", "null", "1e5", "\\u0020"]
  ) { bytes, _ in
    let text = TextBytes(bytes, name: "file")
    let table = try EntryTable.judgements(in: JudgementObjects.lines(of: text) ?? text)
    try table.checkDuplicates()
  }

  /// The first byte is the file's ending.
  static let identifiedTexts = FuzzTarget(
    name: "identified texts",
    seeds: [
      "\0d1\tsoup\nd2\tfish\n", "\u{1}id,title,text\nd1,\"a\nb\",\"so\"\"up\"\n",
      "\u{2}{\"_id\": \"d1\", \"title\": \"a\", \"text\": \"soup\"}\n{\"id\": 2, \"text\": \"b\"}\n",
      "\u{3}d1\tsoup",
    ], pieces: ["\t", ",", "\"", "\n", "\r\n", "{\"_id\":", "d1", "\u{FEFF}", "text", "\\"]
  ) { bytes, folder in
    let endings = ["tsv", "csv", "jsonl", "data"]
    let path = folder.appendingPathComponent("texts.\(endings[Int(bytes.first ?? 0) % endings.count])").path
    // What begins as gzip's files do would start another program.
    let content = Array(bytes.dropFirst())
    guard !content.starts(with: [0x1F, 0x8B]) else { return }
    try Data(content).write(to: URL(fileURLWithPath: path))
    var texts = IdentifiedTexts()
    for id in ["d1", "d2", "2"] { texts.add(id) }
    try texts.read(path)
    guard texts.count == 3, texts.missing.allSatisfy({ texts[$0] == nil }) else { throw Wrong() }
  }

  static let predictions = FuzzTarget(
    name: "predictions",
    seeds: [
      "{\"task\": \"a\", \"row\": 0, \"probabilities\": {\"good\": 0.9, \"bad\": 0.1}, \"expected\": \"good\"}\n"
        + "{\"task\": \"a\", \"row\": 1, \"probabilities\": {\"good\": 0.2, \"bad\": 0.8}, \"expected\": \"bad\"}\n"
    ], pieces: ["{", "}", "\"row\":", "\"task\":", "\n", "null", "1e5", "-1", "\"good\"", "[]"]
  ) { bytes, folder in
    let file = folder.appendingPathComponent("predictions.jsonl")
    try Data(bytes).write(to: file)
    try Data("text\tlabel\nsoup\tgood\nfish\tbad\n".utf8)
      .write(to: folder.appendingPathComponent("rows.tsv"))
    let text = "{ tasks: { a: { type: 'classification', train: 'rows.tsv', labels: ['good', 'bad'] } } }"
    let task = try TaskFile.parse(
      text, file: folder.appendingPathComponent("tasks.json5").path, types: HeadKind.taskTypes
    ).tasks[0]
    guard let examples = try task.examples(of: .train, encoder: Words(), maximumLength: 16) else {
      throw Wrong()
    }
    let values = try PredictionFile(file.path).values(for: task, examples)
    guard values.count == 4 else { throw Wrong() }
  }

  static let log = FuzzTarget(
    name: "log",
    seeds: [
      "{\"step\": 1, \"epoch\": 1, \"learningRate\": 1e-5, \"gradientNorm\": 2, \"tokensPerSecond\": 100, \"tasks\": "
        + "{\"a\": {\"loss\": 0.7, \"weight\": 1}}, \"gradients\": {\"norms\": {\"a\": 1}, "
        + "\"cosines\": [[\"a\", \"b\", 0.5]]}}\n"
        + "{\"step\": 2, \"score\": 0.5, \"best\": true, \"dev\": {\"a\": {\"accuracy\": 0.5}}, \"examples\": {\"a\": 4}}\n"
        + "{\"step\": 30, \"skipped\": \"not finite\"}\n"
    ],
    pieces: [
      "{", "}", "\"step\":", "\"dev\":", "\"tasks\":", "\n", "null", "1e300", "-1", "[", "9007199254740993",
    ]
  ) { bytes, folder in
    try Data(bytes).write(to: folder.appendingPathComponent("metrics.jsonl"))
    _ = RunFolder.evaluations(in: folder)
    let report = RunReport(name: "run", history: try RunHistory(folder: folder))
    guard !report.text(columns: 80).isEmpty, !report.page().render().isEmpty else { throw Wrong() }
  }
}
