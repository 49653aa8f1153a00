import Wording

/// Something in a file of judgements or results that cannot be used.
public struct TRECFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public var file: String
  /// Counted from 1; 0 if no line can be named.
  public var line: Int
  public var problem: Problem

  public enum Problem: Equatable, Sendable {
    case malformed(found: String, expected: String)
    /// A document that a query has already, and the line where it has it.
    case duplicate(query: String, document: String, firstLine: Int)
  }

  public init(file: String, line: Int = 0, found: String, expected: String) {
    self.file = file
    self.line = line
    problem = .malformed(found: found, expected: expected)
  }

  init(file: String, line: Int, duplicateOf document: String, in query: String, firstLine: Int) {
    self.file = file
    self.line = line
    problem = .duplicate(query: query, document: document, firstLine: firstLine)
  }

  public var description: String {
    switch problem {
    case .malformed(let found, let expected):
      complaint(file: file, line: line, found: found, expected: expected)
    case .duplicate(let query, let document, let firstLine):
      "\(file):\(line): query \(query) has document \(document) twice, first in line \(firstLine)"
    }
  }
}
