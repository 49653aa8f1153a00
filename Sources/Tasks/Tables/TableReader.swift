import Wording

/// One row of a table: the fields of the columns asked for, in the order asked.
struct TableRow {
  /// The line on which the row begins, from 1.
  var line = 0
  /// A field that is a list, as one of JSON can be, has `listSeparator` between its parts.
  var fields: [String] = []

  /// A control character that no text holds.
  static let listSeparator = "\u{1F}"
}

/// Goes through the rows of one file. Bytes are checked and decoded at the start; rows are made one at a
/// time.
struct TableReader {
  let file: String
  let columns: [ColumnReference]
  private(set) var row = TableRow()
  /// What the header row holds in the columns asked for; nil without a header.
  private(set) var header: [String]?
  // One of the three: kept apart so that the bytes are never shared and copied.
  private var delimited: DelimitedRows?
  private var lines: JSONRows?
  private var sentences: SentenceRows?

  /// - Throws: `DataError` if the file cannot be read, is not in its encoding or lacks a column, as it does those that go by
  ///   name where nothing holds names.
  init(_ file: String, layout: TableLayout, columns: [ColumnReference]) throws(DataError) {
    self.file = file
    self.columns = columns
    let bytes = try TextFile.load(file, encoding: layout.encoding)
    if layout.format == .jsonl {
      lines = JSONRows(bytes: bytes, file: file, columns: columns)
      return
    }
    if layout.format == .conll {
      let numbers = try Self.numbers(of: columns, layout: layout, file: file)
      sentences = SentenceRows(bytes: bytes, file: file, layout: layout, columns: numbers)
      return
    }
    var rows = DelimitedRows(bytes: bytes, file: file, layout: layout)
    var wanted: [Int] = []
    if layout.header {
      guard try rows.next() else {
        throw DataError(file: file, found: "an empty file", expected: "a header row")
      }
      let names = (0..<rows.count).map { rows.field($0) }
      for column in columns { wanted.append(try Self.index(of: column, in: names, file: file)) }
      header = wanted.map { names[$0] }
    } else {
      wanted = try Self.numbers(of: columns, layout: layout, file: file)
    }
    rows.wanted = wanted
    delimited = rows
  }

  /// Moves to the next row; false at the end.
  mutating func next() throws(DataError) -> Bool {
    if sentences != nil { return try sentences?.next(into: &row) ?? false }
    if lines != nil { return try lines?.next(into: &row) ?? false }
    guard try delimited?.next() ?? false, let rows = delimited else { return false }
    row.line = rows.line
    row.fields.removeAll(keepingCapacity: true)
    for (column, index) in zip(columns, rows.wanted) {
      guard index < rows.count else {
        throw DataError(
          file: file, line: rows.line, column: column.description,
          found: rows.isEmpty ? "an empty line" : "a row of \(counted(rows.count, "field"))",
          expected: "at least \(counted(index + 1, "field"))")
      }
      row.fields.append(rows.field(index))
    }
    return true
  }

  /// Of the columns of a table without a header, as many as there are columns.
  private static func numbers(
    of columns: [ColumnReference], layout: TableLayout, file: String
  ) throws(DataError) -> [Int] {
    try columns.map { column throws(DataError) in
      guard case .number(let number) = column else {
        throw DataError(
          file: file, found: "the column \(column.description)",
          expected: column.expectation(in: layout) ?? "a number from 0")
      }
      return number
    }
  }

  private static func index(of column: ColumnReference, in names: [String], file: String) throws(DataError)
    -> Int
  {
    switch column {
    case .number(let number):
      guard number < names.count else {
        throw DataError(
          file: file, line: 1, column: column.description,
          found: "a header of \(counted(names.count, "column"))",
          expected: "at least \(number + 1)")
      }
      return number
    case .name(let name):
      let places = names.indices.filter { names[$0] == name }
      guard let place = places.first else {
        throw DataError(
          file: file, line: 1, column: column.description,
          found: "a header with \(listed(names, conjunction: "and"))",
          expected: "a column of this name" + perhapsMeant(name, among: names))
      }
      guard places.count == 1 else {
        throw DataError(
          file: file, line: 1, column: column.description,
          found: "the name \(places.count) times in the header",
          expected: "it once; give the column's number instead")
      }
      return place
    }
  }
}
