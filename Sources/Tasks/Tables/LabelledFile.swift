import Wording

/// A file of labelled rows that no task file describes, such as one that a model is tested on.
///
/// What is not said is found out from the name's ending, from the first row and from how the task's own data is laid
/// out.
public struct LabelledFile: Sendable {
  /// Those in which a row holds a label and what it is of.
  public enum Format: String, Sendable, CaseIterable {
    case tsv, csv, jsonl, fasttext

    var tables: TableLayout.Format {
      switch self {
      case .tsv: .tsv
      case .csv: .csv
      case .jsonl: .jsonl
      case .fasttext: .fasttext
      }
    }
  }

  public var path: String
  /// Nil: `fasttext` where the file begins with `__label__`, else by the name's ending.
  public var format: Format?
  /// Whether the first row holds the columns' names; nil to find out.
  public var hasHeader: Bool?
  /// One ASCII character; nil: as the format or the task's own data has it.
  public var separator: UInt8?
  /// Nil to find out.
  public var columns: [ColumnUse: ColumnReference]?

  public init(_ path: String) { self.path = path }

  /// How the file is to be read for a task, whose labels must be settled.
  ///
  /// Columns that are not said are the first of these that fit:
  /// - those of the task's own data, or those that the task type names, where the first row has them all, or has the
  ///   label's name and beside it only as many others as there are texts;
  /// - those of the task's own data by number;
  /// - the label in the first or the last column, whichever holds a label of the task, and the texts in the others in
  ///   their order.
  ///
  /// - Throws: `DataError` when the file cannot be read, its columns cannot be told, or they go by name where nothing
  ///   holds names.
  public func source(for task: TaskDefinition) throws(DataError) -> SplitSource {
    let bytes = try TextFile.load(path, encoding: task.layout.encoding)
    guard !bytes.isEmpty else { throw DataError(file: path, found: "an empty file", expected: "rows") }
    let format = try settledFormat(bytes)
    var plain = TableLayout(format: format, encoding: task.layout.encoding)
    plain.separator = separator
    guard (task.layout.format ?? .tsv) == format else {
      return try checked(source(bytes, layouts: [plain], task: task, isLikeTask: false), for: task)
    }
    var own = task.layout
    own.format = format
    own.separator = separator ?? own.separator
    return try checked(source(bytes, layouts: [own, plain], task: task, isLikeTask: true), for: task)
  }

  private func checked(_ source: SplitSource, for task: TaskDefinition) throws(DataError) -> SplitSource {
    for column in task.type.columns {
      guard let reference = source.columns[column.use],
        let expected = reference.expectation(in: source.layout)
      else { continue }
      throw DataError(file: path, column: column.name, found: reference.description, expected: expected)
    }
    return source
  }

  /// - Parameter layouts: of which the first is the task's own if `isLikeTask`.
  private func source(
    _ bytes: [UInt8], layouts: [TableLayout], task: TaskDefinition, isLikeTask: Bool
  ) throws(DataError) -> SplitSource {
    switch layouts[0].format {
    case .fasttext: return labelFirst(layouts[0], task: task)
    case .jsonl:
      return source(layouts[0], columns ?? (isLikeTask ? task.columns : task.type.namedColumns))
    default: break
    }
    var fields: [String] = []
    for (place, layout) in layouts.enumerated() {
      let row = try firstRow(bytes, layout: layout)
      if let source = table(row, layout: layout, task: task, isLikeTask: isLikeTask && place == 0) {
        return source
      }
      fields = row
    }
    let names = task.type.columns.filter(\.isRequired).map(\.name)
    throw DataError(
      file: path, line: 1, found: listed(fields, conjunction: "and"),
      expected:
        "a header with columns \(listed(names, conjunction: "and")), or rows with a label of the task in the "
        + "first or last of \(counted(names.count, "column")); else say which columns they are (--columns)")
  }

  private func settledFormat(_ bytes: [UInt8]) throws(DataError) -> TableLayout.Format {
    if let format { return format.tables }
    let ending = TableLayout.Format(ending: path)
    guard ending != .conll else {
      throw DataError(
        file: path, found: "a name that ends as those of CoNLL's files do, with a word a line",
        expected: "a file with a label and a text a row; if it is one, say how they are written (--format)")
    }
    if ending != .csv, ending != .jsonl, bytes.starts(with: TableLayout.labelMark.utf8) { return .fasttext }
    return ending ?? (bytes.starts(with: "{".utf8) ? .jsonl : .tsv)
  }

  private func source(_ layout: TableLayout, _ columns: [ColumnUse: ColumnReference]) -> SplitSource {
    SplitSource(files: [path], layout: layout, columns: columns)
  }

  private func labelFirst(_ inherited: TableLayout, task: TaskDefinition) -> SplitSource {
    var layout = inherited.fastText(for: task.type)
    layout.separator = separator ?? layout.separator
    return source(layout, columns ?? ColumnReference.numbers(of: [.label] + task.type.texts))
  }

  private func firstRow(_ bytes: [UInt8], layout: TableLayout) throws(DataError) -> [String] {
    var rows = DelimitedRows(bytes: bytes, file: path, layout: layout)
    guard try rows.next() else { throw DataError(file: path, found: "no rows", expected: "at least one") }
    return (0..<rows.count).map { rows.field($0) }
  }

  /// Nil when the columns cannot be told from the first row.
  private func table(
    _ first: [String], layout inherited: TableLayout, task: TaskDefinition, isLikeTask: Bool
  ) -> SplitSource? {
    var layout = inherited
    if let columns {
      // Without names a first row that holds a label is a row like the others.
      layout.header = hasHeader ?? !holdsLabel(first, in: columns[.label], layout: layout, task: task)
      guard !layout.header || isHeader(first, of: columns, layout: layout, task: task) else { return nil }
      return source(layout, columns)
    }
    if hasHeader != false {
      var candidates = (isLikeTask && task.layout.header ? [task.columns] : []) + [task.type.namedColumns]
      candidates += candidates.compactMap { Self.besideLabel($0[.label], in: first, of: task.type) }
      for columns in candidates where isHeader(first, of: columns, layout: layout, task: task) {
        layout.header = true
        return source(layout, columns)
      }
    }
    guard hasHeader != true, let columns = positions(in: first, layout: &layout, task: task, isLikeTask)
    else { return nil }
    layout.header = false
    return source(layout, columns)
  }

  /// The columns of a header that has the label's name and no more others than there are texts.
  private static func besideLabel(
    _ label: ColumnReference?, in header: [String], of type: TaskType
  ) -> [ColumnUse: ColumnReference]? {
    guard case .name(let name)? = label, header.count == type.texts.count + 1 else { return nil }
    let others = header.filter { $0 != name }
    guard others.count == type.texts.count else { return nil }
    var columns: [ColumnUse: ColumnReference] = [.label: .name(name)]
    for (use, other) in zip(type.texts, others) { columns[use] = .name(other) }
    return columns
  }

  /// Whether a first row is a header with every one of these columns. Where they all go by number it is one unless it
  /// holds a label.
  private func isHeader(
    _ row: [String], of columns: [ColumnUse: ColumnReference], layout: TableLayout, task: TaskDefinition
  ) -> Bool {
    columns.values.allSatisfy { column in
      switch column {
      case .name(let name): row.count { $0 == name } == 1
      case .number(let number): number < row.count
      }
    } && !holdsLabel(row, in: columns[.label], layout: layout, task: task)
  }

  private func holdsLabel(
    _ row: [String], in column: ColumnReference?, layout: TableLayout, task: TaskDefinition
  ) -> Bool {
    guard case .number(let index)? = column, row.indices.contains(index) else { return false }
    return (try? TargetReader(task: task, prefix: layout.labelPrefix).target(row[index])) != nil
  }

  private func positions(
    in row: [String], layout: inout TableLayout, task: TaskDefinition, _ isLikeTask: Bool
  ) -> [ColumnUse: ColumnReference]? {
    if isLikeTask, holdsLabel(row, in: task.columns[.label], layout: layout, task: task) {
      return task.columns
    }
    let texts = task.type.texts
    guard row.count == texts.count + 1 else { return nil }
    let prefixes = [layout.labelPrefix, TableLayout.labelMark]
    for (uses, label) in [([.label] + texts, 0), (texts + [.label], texts.count)] {
      for prefix in prefixes {
        layout.labelPrefix = prefix
        if holdsLabel(row, in: .number(label), layout: layout, task: task) {
          return ColumnReference.numbers(of: uses)
        }
      }
    }
    return nil
  }
}
