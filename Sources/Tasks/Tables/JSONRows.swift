import Wording

/// The rows of a file that holds one JSON object a line.
struct JSONRows {
  private let bytes: [UInt8]
  private let file: String
  private let columns: [ColumnReference]
  private let names: [String]
  private var position = 0
  private var line = 0

  init(bytes: [UInt8], file: String, columns: [ColumnReference]) {
    self.bytes = bytes
    self.file = file
    self.columns = columns
    names = columns.map { if case .name(let name) = $0 { name } else { "\($0)" } }
  }

  mutating func next(into row: inout TableRow) throws(DataError) -> Bool {
    guard position < bytes.count else { return false }
    let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
    let text = bytes[position..<end]
    line += 1
    if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }),
      bytes[end...].allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 })
    {
      position = bytes.count
      return false
    }
    position = end + 1
    let value: JSONValue
    do { value = try JSONReader.read(text, line: line) } catch {
      throw DataError(
        file: file, line: line, found: error.found, expected: "\(error.expected) (a JSON object a line)")
    }
    guard case .object(let members) = value.kind else {
      throw DataError(file: file, line: line, found: value.summary, expected: "a JSON object")
    }
    row.line = line
    row.fields.removeAll(keepingCapacity: true)
    for (column, name) in zip(columns, names) {
      guard let member = members.first(where: { $0.name == name }) else {
        let keys = members.map(\.name)
        throw DataError(
          file: file, line: line, column: column.description,
          found: keys.isEmpty ? "an empty object" : "an object with \(listed(keys, conjunction: "and"))",
          expected: "a member of this name" + perhapsMeant(name, among: keys))
      }
      row.fields.append(try spelling(of: member.value, in: column))
    }
    return true
  }

  /// A list of plain values has `TableRow.listSeparator` between them.
  private func spelling(of value: JSONValue, in column: ColumnReference) throws(DataError) -> String {
    let parts = if case .list(let values) = value.kind { values } else { [value] }
    var spellings: [String] = []
    for part in parts {
      switch part.kind {
      case .text(let text): spellings.append(text)
      case .number(_, let spelling): spellings.append(spelling)
      case .flag(let flag): spellings.append("\(flag)")
      default:
        throw DataError(
          file: file, line: line, column: column.description, found: part.summary,
          expected: "a text, a number or a list of these")
      }
    }
    return spellings.joined(separator: TableRow.listSeparator)
  }
}
