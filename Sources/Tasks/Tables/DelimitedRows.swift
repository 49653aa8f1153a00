/// The rows of a file whose fields stand between separators, in quotes (RFC 4180) or not. Line breaks are LF
/// or CRLF.
struct DelimitedRows {
  private var bytes: [UInt8]
  private let file: String
  private let separator: UInt8
  /// What separates fields without quotes too.
  private let otherSeparator: UInt8
  private let isQuoted: Bool
  private let maximumFields: Int
  private let advice: String
  private var position = 0
  private var nextLine: Int
  private var fields: [Range<Int>] = []
  /// The line on which the row begins.
  private(set) var line = 0
  /// The numbers of the fields that matter.
  var wanted: [Int] = []

  /// - Parameters:
  ///   - firstLine: the number of the line on which the bytes begin.
  ///   - advice: ends an error about quotation marks.
  init(
    bytes: [UInt8], file: String, layout: TableLayout, firstLine: Int = 1,
    advice: String = "; for a file without quoting set format: \"tsv\" and the separator"
  ) {
    self.bytes = bytes
    self.advice = advice
    nextLine = firstLine
    self.file = file
    isQuoted = layout.format == .csv
    separator = layout.separator ?? (isQuoted ? 0x2C : 0x09)
    // The program fastText ends a word, and so a label, at a blank or a TAB.
    otherSeparator = layout.format == .fasttext && separator == 0x20 ? 0x09 : separator
    maximumFields = layout.fields ?? .max
  }

  var count: Int { fields.count }
  var isEmpty: Bool { fields.count == 1 && fields[0].isEmpty }
  func field(_ index: Int) -> String { String(decoding: bytes[fields[index]], as: UTF8.self) }

  mutating func next() throws(DataError) -> Bool {
    guard position < bytes.count, !isBlankFromHere else { return false }
    line = nextLine
    fields.removeAll(keepingCapacity: true)
    if isQuoted { try readQuoted() } else { readPlain() }
    return true
  }

  /// Empty lines at the end of a file are no rows.
  private var isBlankFromHere: Bool {
    guard bytes[position] == 0x0A || bytes[position] == 0x0D else { return false }
    return bytes[position...].allSatisfy { $0 == 0x0A || $0 == 0x0D }
  }

  private mutating func readPlain() {
    var start = position
    var end = position
    while end < bytes.count, bytes[end] != 0x0A {
      if bytes[end] == separator || bytes[end] == otherSeparator, fields.count + 1 < maximumFields {
        fields.append(start..<end)
        start = end + 1
      }
      end += 1
    }
    position = end + 1
    nextLine += 1
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    fields.append(start..<end)
  }

  private mutating func readQuoted() throws(DataError) {
    while true {
      if position < bytes.count, bytes[position] == 0x22 {
        try readQuotedField()
      } else {
        let start = position
        while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A {
          if bytes[position] == 0x22 {
            throw error(
              "a quotation mark inside a field without quotes", "the field in quotes and the mark doubled")
          }
          position += 1
        }
        let isLast = position == bytes.count || bytes[position] == 0x0A
        let hasReturn = isLast && position > start && bytes[position - 1] == 0x0D
        fields.append(start..<(hasReturn ? position - 1 : position))
      }
      guard position < bytes.count, bytes[position] == separator else { break }
      position += 1
    }
    position += 1
    nextLine += 1
  }

  /// Doubled quotes are closed up where they stand, so a field is always a range of `bytes`.
  private mutating func readQuotedField() throws(DataError) {
    let firstLine = nextLine
    position += 1
    let start = position
    var end = position
    while true {
      guard position < bytes.count else {
        nextLine = firstLine
        throw error("a quotation mark that is not closed", "another one after it")
      }
      let byte = bytes[position]
      position += 1
      if byte == 0x22 {
        guard position < bytes.count, bytes[position] == 0x22 else { break }
        position += 1
      } else if byte == 0x0A {
        nextLine += 1
      }
      bytes[end] = byte
      end += 1
    }
    fields.append(start..<end)
    if position + 1 < bytes.count, bytes[position] == 0x0D, bytes[position + 1] == 0x0A { position += 1 }
    if position + 1 == bytes.count, bytes[position] == 0x0D { position += 1 }
    guard position == bytes.count || bytes[position] == separator || bytes[position] == 0x0A else {
      throw error("text after a closing quotation mark", "a separator or the end of the line")
    }
  }

  private func error(_ found: String, _ expected: String) -> DataError {
    DataError(
      file: file, line: nextLine, column: "\(fields.count)", found: found,
      expected: expected + advice)
  }
}

/// The fields of one row of a CSV file.
///
/// - Throws: `DataError` for quotation marks that are not as RFC 4180 has them.
package func quotedFields(of row: [UInt8], file: String, line: Int) throws(DataError) -> [String] {
  var rows = DelimitedRows(
    bytes: row, file: file, layout: TableLayout(format: .csv), firstLine: line, advice: "")
  guard try rows.next() else { return [""] }
  return (0..<rows.count).map { rows.field($0) }
}
