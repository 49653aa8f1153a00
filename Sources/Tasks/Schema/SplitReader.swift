import Wording

/// Turns what a task says of its splits into sources.
struct SplitReader {
  let file: String
  /// What paths are relative to.
  let folder: String
  let type: TaskType

  /// The keys that a task has for all its splits, and a split for itself.
  static let layoutKeys = ["format", "header", "separator", "fields", "labelPrefix", "encoding", "columns"]

  func layout(of object: SchemaObject, from inherited: TableLayout) throws(TaskFileError) -> TableLayout {
    var layout = inherited
    if let format = try object.choice("format", TableLayout.Format.self) {
      layout = format == .fasttext ? layout.fastText(for: type) : layout.settled(for: format)
    }
    if let header = try object.flag("header") { layout.header = header }
    try refuseHeader(of: object, in: layout)
    if let separator = try object.text("separator", expected: "one character, as \",\"") {
      guard separator.utf8.count == 1, let byte = separator.utf8.first, byte != 0x0A, byte != 0x0D,
        byte != 0x22
      else {
        throw object.error("separator", found: quoted(separator), expected: "one ASCII character, as \",\"")
      }
      layout.separator = byte
    }
    if let fields = try object.whole("fields", from: 1) { layout.fields = fields }
    if let prefix = try object.text("labelPrefix") { layout.labelPrefix = prefix }
    if let encoding = try object.choice("encoding", TableLayout.Encoding.self) { layout.encoding = encoding }
    return layout
  }

  /// Refuses what `object` itself says of a header where there is none.
  private func refuseHeader(of object: SchemaObject, in layout: TableLayout) throws(TaskFileError) {
    guard let format = layout.format, layout.isWithoutHeader, try object.flag("header") == true else {
      return
    }
    throw object.error(
      "header", found: "true",
      expected: "nothing or false, as files of the format \(format.rawValue) have none")
  }

  /// `columns`, or nil if `object` has none.
  func columns(
    of object: SchemaObject, requiresLabel: Bool
  ) throws(TaskFileError) -> [ColumnUse: ColumnReference]? {
    guard let columns = try object.object("columns") else { return nil }
    try columns.refuseUnknown(besides: type.columns.map(\.name))
    var result: [ColumnUse: ColumnReference] = [:]
    for column in type.columns {
      if let member = columns.member(column.name) {
        result[column.use] = try reference(member.value, in: columns, name: column.name)
      } else if column.isRequired, column.use != .label || requiresLabel {
        throw columns.missing(column.name, expected: "a column's name or number")
      }
    }
    return result
  }

  private func reference(
    _ value: JSONValue, in object: SchemaObject, name: String
  ) throws(TaskFileError) -> ColumnReference {
    switch value.kind {
    case .text(let text) where !text.isEmpty: return .name(text)
    case .number(let number, _):
      if number >= 0, let whole = Int(exactly: number) { return .number(whole) }
    default: break
    }
    throw object.error(name, found: value.summary, expected: "a column's name, or its number from 0")
  }

  /// A split: a path, a list of paths, or an object with `file` and what it has of its own.
  func source(
    _ member: JSONValue.Member, in task: SchemaObject, layout inherited: TableLayout,
    columns: [ColumnUse: ColumnReference]?
  ) throws(TaskFileError) -> SplitSource {
    let name = member.name
    if let files = SchemaObject.texts(member.value) {
      return try finish(files, layout: inherited, columns: columns, key: name, in: task)
    }
    let object = try SchemaObject(
      member.value, file: file, key: task.key(of: name),
      expected: "a file, a list of files or an object with `file`")
    try object.refuseUnknown(besides: ["file"] + Self.layoutKeys + ["rows", "sample"])
    guard let files = try object.texts("file", expected: "a file or a list of files") else {
      throw object.missing("file", expected: "a file or a list of files")
    }
    var source = try finish(
      files, layout: layout(of: object, from: inherited),
      columns: self.columns(of: object, requiresLabel: false) ?? columns, key: "file", in: object)
    source.rows = try rows(of: object, layout: source.layout)
    source.sample = try sample(of: object)
    return source
  }

  /// Settles the format and checks the columns against it.
  private func finish(
    _ files: [String], layout: TableLayout, columns: [ColumnUse: ColumnReference]?, key: String,
    in object: SchemaObject
  ) throws(TaskFileError) -> SplitSource {
    var layout = layout
    if layout.format == nil {
      let formats = try files.map { path throws(TaskFileError) in
        if let format = TableLayout.Format(ending: path, isLabelled: type.hasLabelColumn) { return format }
        throw object.error(
          key, found: quoted(path),
          expected:
            "a file that ends in .tsv, .tab, .txt, .csv, .jsonl, .ndjson, .conll or .bio, or the key `format`"
        )
      }
      guard let format = formats.first, formats.allSatisfy({ $0 == format }) else {
        throw object.error(key, found: "files of several formats", expected: "files of one format")
      }
      layout = layout.settled(for: format)
    }
    try refuseHeader(of: object, in: layout)
    var settled = columns
    if settled == nil, layout.format == .fasttext {
      settled = ColumnReference.numbers(of: [.label] + type.texts)
    }
    if settled == nil, layout.format == .conll {
      settled = ColumnReference.numbers(of: type.texts + [.label])
    }
    if settled == nil, layout.format == .lines { settled = ColumnReference.numbers(of: [.text]) }
    if settled == nil, layout.hasNames { settled = type.namedColumns }
    guard let settled else {
      let example = type.columns.filter(\.isRequired).enumerated().map { "\($1.name): \($0)" }
      throw object.missing(
        "columns",
        expected: "the columns' numbers, as { \(example.joined(separator: ", ")) }, as there is no header")
    }
    for column in type.columns {
      guard let reference = settled[column.use] else {
        if column.isRequired, column.use != .label {
          throw object.missing("columns.\(column.name)", expected: "a column's name or number")
        }
        continue
      }
      try check(reference, layout: layout, key: "columns.\(column.name)", in: object)
    }
    return SplitSource(
      files: files.map { TaskFile.resolve($0, in: folder) }, layout: layout, columns: settled)
  }

  private func check(
    _ reference: ColumnReference, layout: TableLayout, key: String, in object: SchemaObject
  ) throws(TaskFileError) {
    guard let expected = reference.expectation(in: layout) else { return }
    throw object.missing(key, found: reference.description, expected: expected)
  }

  private func rows(of object: SchemaObject, layout: TableLayout) throws(TaskFileError) -> RowList? {
    guard let rows = try object.object("rows") else { return nil }
    try rows.refuseUnknown(besides: ["listed", "unlisted", "columns"])
    let listed = try rows.text("listed", expected: "a file")
    let unlisted = try rows.text("unlisted", expected: "a file")
    guard let path = listed ?? unlisted, listed == nil || unlisted == nil else {
      throw object.error(
        "rows", found: listed == nil ? "neither" : "both", expected: "either `listed` or `unlisted`")
    }
    guard let member = rows.member("columns") else {
      throw rows.missing("columns", expected: "the columns that the list holds, as [1, 2]")
    }
    guard case .list(let values) = member.value.kind, !values.isEmpty else {
      throw rows.error("columns", found: member.value.summary, expected: "a list of columns, as [1, 2]")
    }
    var columns: [ColumnReference] = []
    for value in values {
      let reference = try reference(value, in: rows, name: "columns")
      try check(reference, layout: layout, key: "columns", in: rows)
      columns.append(reference)
    }
    return RowList(file: TaskFile.resolve(path, in: folder), columns: columns, isTaken: listed != nil)
  }

  private func sample(of object: SchemaObject) throws(TaskFileError) -> Sample? {
    let expected = "a number of examples, or a fraction below 1"
    let number = try object.number("sample", expected: expected) {
      $0 > 0 && ($0 < 1 || Int(exactly: $0) != nil)
    }
    return number.map { $0 < 1 ? .fraction($0) : .count(Int($0)) }
  }
}

extension TableLayout.Format {
  /// The format that a file's ending names, or nil.
  ///
  /// - Parameter isLabelled: whether rows have labels, for which `.txt` must be a table.
  init?(ending path: String, isLabelled: Bool = true) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    switch path[dot...].lowercased() {
    case ".txt" where !isLabelled: self = .lines
    case ".tsv", ".tab", ".txt": self = .tsv
    case ".csv": self = .csv
    case ".jsonl", ".ndjson": self = .jsonl
    case ".conll", ".bio": self = .conll
    default: return nil
    }
  }
}
