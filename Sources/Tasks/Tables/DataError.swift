import Wording

/// Something in a data file that cannot be used: where it is, what was found there and what belongs there.
public struct DataError: Error, Sendable, CustomStringConvertible {
  public var file: String
  /// Counted from 1; 0 if no line can be named.
  public var line: Int
  /// The column's name, or its number from 0; empty if it is about the whole row or file.
  public var column: String
  public var found: String
  public var expected: String

  public init(file: String, line: Int = 0, column: String = "", found: String, expected: String) {
    self.file = file
    self.line = line
    self.column = column
    self.found = found
    self.expected = expected
  }

  public var description: String {
    complaint(
      file: file, line: line, part: column.isEmpty ? "" : "column \(column)", found: found, expected: expected
    )
  }
}
