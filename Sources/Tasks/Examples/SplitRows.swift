import Wording

/// The rows of a split: of all its files, without those that a list of rows leaves out.
struct SplitRows {
  /// A row and what is needed to complain about it.
  struct Row {
    /// Among the files of the split.
    let file: Int
    let line: Int
    /// The columns asked for.
    let fields: ArraySlice<String>
    fileprivate let path: String
    fileprivate let columns: [ColumnReference]

    /// A complaint about one of the columns asked for.
    func error(_ field: Int, found: String, expected: String) -> DataError {
      DataError(file: path, line: line, column: columns[field].description, found: found, expected: expected)
    }
  }

  let source: SplitSource

  /// Goes through the rows once, giving the fields of `uses`, each of which `source` must have a column for.
  ///
  /// - Parameter header: is given what the header row of each file holds in those columns, if there is one.
  func forEach(
    _ uses: [ColumnUse], header: (Row) throws(DataError) -> Void = { _ in },
    row body: (Row) throws(DataError) -> Void
  ) throws(DataError) {
    let columns = uses.compactMap { source.columns[$0] }
    var filter = try source.rows.map { list throws(DataError) in try RowFilter(list) }
    for (index, file) in source.files.enumerated() {
      var reader = try TableReader(
        file, layout: source.layout, columns: columns + (source.rows?.columns ?? []))
      if let fields = reader.header {
        try header(Row(file: index, line: 1, fields: fields[..<columns.count], path: file, columns: columns))
      }
      while try reader.next() {
        let fields = reader.row.fields
        if let takes = filter?.takes(fields[columns.count...]), !takes { continue }
        var shown = fields[..<columns.count]
        if source.layout.hasLists { Self.joinWords(of: uses, in: &shown) }
        try body(Row(file: index, line: reader.row.line, fields: shown, path: file, columns: columns))
      }
    }
    try filter?.checkAllFound(in: source.files)
  }

  /// A text that comes as a list of words has blanks between them.
  private static func joinWords(of uses: [ColumnUse], in fields: inout ArraySlice<String>) {
    for (place, use) in uses.enumerated() where use == .text || use == .pair {
      guard fields[place].utf8.contains(0x1F) else { continue }
      fields[place] = fields[place].replacing(TableRow.listSeparator, with: " ")
    }
  }
}

/// Decides by a list in a file which rows belong to a split.
struct RowFilter {
  private let list: RowList
  private var lines: [[String]: Int] = [:]
  private var keys: [[String]] = []
  private var isFound: [Bool] = []

  init(_ list: RowList) throws(DataError) {
    self.list = list
    let columns = list.columns.indices.map { ColumnReference.number($0) }
    var reader = try TableReader(
      list.file, layout: TableLayout(format: .tsv, header: false), columns: columns)
    while try reader.next() {
      guard lines[reader.row.fields] == nil else { continue }
      lines[reader.row.fields] = reader.row.line
      keys.append(reader.row.fields)
    }
    isFound = [Bool](repeating: false, count: (lines.values.max() ?? 0) + 1)
  }

  mutating func takes(_ key: ArraySlice<String>) -> Bool {
    guard let line = lines[Array(key)] else { return !list.isTaken }
    isFound[line] = true
    return list.isTaken
  }

  /// A listed row that is nowhere in the data means that list and data do not belong together.
  func checkAllFound(in files: [String]) throws(DataError) {
    for key in keys {
      guard let line = lines[key], !isFound[line] else { continue }
      throw DataError(
        file: list.file, line: line, found: listed(key, conjunction: "and"),
        expected: "what columns \(list.columns.map(\.description).joined(separator: ", ")) of a row of "
          + "\(files.joined(separator: ", ")) hold")
    }
  }
}
