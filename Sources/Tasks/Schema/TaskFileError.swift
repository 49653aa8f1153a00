import Wording

/// Something in a task file that cannot be used: where it is, what was found there and what belongs there.
public struct TaskFileError: Error, Sendable, CustomStringConvertible {
  /// The task file.
  public var file: String
  /// Counted from 1; 0 if no line can be named.
  public var line: Int
  /// Where in the file, as `tasks.sst.columns.text`; empty for the whole file.
  public var key: String
  public var found: String
  public var expected: String

  public init(file: String, line: Int = 0, key: String = "", found: String, expected: String) {
    self.file = file
    self.line = line
    self.key = key
    self.found = found
    self.expected = expected
  }

  public var description: String {
    complaint(file: file, line: line, part: key, found: found, expected: expected)
  }
}
