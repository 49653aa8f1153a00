/// A log of a run that can't be read.
package struct RunHistoryError: Error, CustomStringConvertible, Sendable, Equatable {
  package var file: String
  /// Counted from 1; nil when the file as a whole is at fault.
  package var line: Int?
  package var found: String
  package var expected: String

  package var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): found \(found), expected \(expected)"
  }
}
