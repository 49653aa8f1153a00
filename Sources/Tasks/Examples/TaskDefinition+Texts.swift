extension TaskDefinition {
  /// Goes through the texts of a split, row by row and column by column, as they stand in the files. Does nothing if the
  /// task has no such split.
  ///
  /// - Throws: `DataError` for rows that cannot be read.
  public func forEachText(of split: Split, _ body: (String) -> Void) throws(DataError) {
    guard let source = self[split] else { return }
    let uses = [ColumnUse.text, .pair].filter { source.columns[$0] != nil && type.column($0) != nil }
    try SplitRows(source: source).forEach(uses) { row throws(DataError) in row.fields.forEach(body) }
  }
}
