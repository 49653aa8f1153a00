import Bytes
import CommandLineOptions
import Evaluation
import Foundation
import Tasks
import Tensors
import Training
import Wording

/// The labelled rows that a command is given in one file, and how it is told to read them.
struct LabelledInput {
  static let file = CommandArgument<String>.required(
    "FILE", help: "Rows with labels; '-' is standard input.")
  static let format = CommandOption<LabelledFile.Format?>.choice(
    "format", letter: "f", defaultShown: "by the file's beginning and ending", help: "How rows are written.")
  static let columns = CommandOption<[NamedColumn]?>.form(
    "columns", "NAME=COLUMN,…",
    expectation: "names and columns, as text=sentence,label=0", defaultShown: "found out from the first row",
    help: "Where text, pair and label are: columns by name, or by number from 0."
  ) { NamedColumn.list($0) }
  static let header = CommandOption<Bool>.flagOn(
    "header", help: "The first row holds data, not the columns' names.")
  static let separator = CommandOption<UInt8?>.form(
    "separator", "C", expectation: "one ASCII character, or 'tab'", defaultShown: "TAB, of csv a comma",
    help: "What stands between columns."
  ) { Self.separatorByte($0) }

  static let group = OptionGroup("Reading FILE", format, columns, header, separator)

  /// Paragraphs of help for commands that read such a file.
  static let discussion = [
    "FILE holds a label and a text a row (of a task of pairs: two texts). It is read as it is if it is one of fastText's "
      + "('__label__x text'; for pairs with TABs between label and texts), has a header with the columns of the task's own "
      + "data or with 'text', 'pair' and 'label', or has no header and the label in the first or last column."
  ]

  struct NamedColumn: Sendable {
    let name: String
    let column: ColumnReference

    static func list(_ text: String) -> [NamedColumn]? {
      var list: [NamedColumn] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2, !list.contains(where: { $0.name == sides[0] }) else { return nil }
        let number = Int(sides[1]).flatMap { $0 >= 0 ? $0 : nil }
        list.append(NamedColumn(name: sides[0], column: number.map { .number($0) } ?? .name(sides[1])))
      }
      return list
    }
  }

  private static func separatorByte(_ text: String) -> UInt8? {
    if ["tab", "\\t"].contains(text) { return 0x09 }
    guard text.utf8.count == 1, let byte = text.utf8.first, ![0x0A, 0x0D, 0x22].contains(byte) else {
      return nil
    }
    return byte
  }

  private let file: LabelledFile
  private let task: TaskDefinition
  /// What standard input or a pipe held.
  private let spool: SpooledInput?

  /// What messages call the input.
  var name: String { spool?.name ?? file.path }

  /// - Throws: `UsageError` for columns that the task does not have.
  init(_ invocation: Invocation, task: TaskDefinition) throws {
    self.task = task
    let path = invocation[Self.file]
    spool = try SpooledInput(path)
    var file = LabelledFile(spool?.path ?? path)
    file.format = invocation[Self.format]
    file.separator = invocation[Self.separator]
    if invocation.options.isGiven(Self.header) { file.hasHeader = invocation[Self.header] }
    if let named = invocation[Self.columns] {
      var columns: [ColumnUse: ColumnReference] = [:]
      let known = task.type.columns
      for entry in named {
        guard let column = known.first(where: { $0.name == entry.name }) else {
          throw UsageError.other(
            "--columns: there is no '\(entry.name)' in a task of type \(task.type.name); there are "
              + alternatives(known.map(\.name)))
        }
        columns[column.use] = entry.column
      }
      if let missing = known.first(where: { columns[$0.use] == nil }) {
        throw UsageError.other("--columns: \(missing.name) is missing")
      }
      file.columns = columns
    }
    self.file = file
  }

  /// The rows, and how probable the model in a folder finds their labels, a temperature that was fitted left aside.
  func uncalibrated(
    _ folder: ModelFolder, on device: Device
  ) throws -> (examples: Examples, probabilities: LabelledProbabilities) {
    let model = try folder.model(on: device)
    model.calibration = Calibration()
    let examples = try naming { () throws(DataError) in try model.examples(of: file, task: task) }
    try naming { () throws(DataError) in try task.checkMemory(ofPredictionsFor: examples) }
    let predictions = Predictor(model).predictions(for: examples, task: try model.task(named: task.name))
    return (examples, try task.labelledProbabilities(predictions, of: examples))
  }

  /// Rows by their numbers, which count from 0, as they stand in the file.
  func rows(_ numbers: Set<Int>) throws -> [Int: SourceRow] {
    try naming { () throws(DataError) in try file.rows(numbers, for: task) }
  }

  private func naming<Result>(_ body: () throws(DataError) -> Result) throws(DataError) -> Result {
    do { return try body() } catch {
      var error = error
      if let spool, error.file == spool.path { error.file = spool.name }
      throw error
    }
  }
}
