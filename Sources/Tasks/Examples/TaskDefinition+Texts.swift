extension TaskDefinition {
  /// Goes through the texts of a split, row by row and column by column, as they stand in the files. Does nothing if the
  /// task has no such split.
  ///
  /// - Throws: `DataError` for rows that cannot be read.
  public func forEachText(of split: Split, _ body: (String) -> Void) throws(DataError) {
    guard let source = self[split] else { return }
    try SplitRows(source: source).forEach(source.texts(of: type)) { row throws(DataError) in
      row.fields.forEach(body)
    }
  }
}

/// A row of a file as it was read.
public struct SourceRow: Sendable, Equatable {
  public let line: Int
  /// One text, or the two of a pair.
  public let texts: [String]
}

extension LabelledFile {
  /// Some of the rows that `source(for:)` describes, by their numbers, which count from 0.
  ///
  /// - Throws: `DataError` as when the file was first read.
  public func rows(_ numbers: Set<Int>, for task: TaskDefinition) throws(DataError) -> [Int: SourceRow] {
    guard !numbers.isEmpty else { return [:] }
    let source = try source(for: task)
    var rows: [Int: SourceRow] = [:]
    var number = 0
    try SplitRows(source: source).forEach(source.texts(of: task.type)) { row throws(DataError) in
      if numbers.contains(number) { rows[number] = SourceRow(line: row.line, texts: Array(row.fields)) }
      number += 1
    }
    return rows
  }
}
