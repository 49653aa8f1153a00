import Wording

/// The rows of a file in CoNLL's layout: a word a line with what is said of it, an empty line after each sentence. A row is a
/// sentence, a field the list of what its lines have in one column.
struct SentenceRows {
  private let bytes: [UInt8]
  private let file: String
  private let columns: [Int]
  /// Nil: blanks and TABs, any number of them.
  private let separator: UInt8?
  private var position = 0
  private var line = 0

  /// - Parameter columns: the numbers of those asked for.
  init(bytes: [UInt8], file: String, layout: TableLayout, columns: [Int]) {
    self.bytes = bytes
    self.file = file
    self.columns = columns
    separator = layout.separator
  }

  mutating func next(into row: inout TableRow) throws(DataError) -> Bool {
    var lists = [[String]](repeating: [], count: columns.count)
    var count = 0
    while position < bytes.count {
      let text = nextLine()
      if text.isEmpty {
        if count > 0 { break }
        continue
      }
      let fields = fields(of: text)
      // Between documents CoNLL's files have a line that is no word; CoNLL-U's have comments.
      if text.starts(with: "-DOCSTART-".utf8)
        || (text.first == 0x23 && fields.count == 1 && separator == 0x09)
      {
        continue
      }
      if count == 0 { row.line = line }
      count += 1
      for (place, column) in columns.enumerated() {
        guard column < fields.count else {
          throw DataError(
            file: file, line: line, column: "\(column)", found: "a line of \(counted(fields.count, "field"))",
            expected: "at least \(counted(column + 1, "field"))")
        }
        lists[place].append(String(decoding: fields[column], as: UTF8.self))
      }
    }
    row.fields = lists.map { $0.joined(separator: TableRow.listSeparator) }
    return count > 0
  }

  /// Without its end; empty also when there is nothing but blanks in it.
  private mutating func nextLine() -> ArraySlice<UInt8> {
    let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
    var text = bytes[position..<end]
    position = end + 1
    line += 1
    if text.last == 0x0D { text.removeLast() }
    return text.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? [] : text
  }

  private func fields(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    guard let separator else { return text.split { $0 == 0x20 || $0 == 0x09 } }
    return text.split(separator: separator, omittingEmptySubsequences: false)
  }
}
