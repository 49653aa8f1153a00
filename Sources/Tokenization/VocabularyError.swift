/// Why a vocabulary cannot be read or made.
public enum VocabularyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read; the reason is the system's.
  case unreadable(path: String, reason: String)
  /// A line, counted from 1, is not UTF-8.
  case notUTF8(source: String, line: Int)
  /// A token that BERT cannot do without is not there.
  case missingSpecialToken(source: String, token: String, count: Int)
  /// A token holds a line break, so it cannot stand in a file of one token a line.
  case lineBreak(id: Int)
  /// A vocabulary of the wanted size has no room for the special tokens and the characters it must hold.
  case sizeTooSmall(size: Int, needed: Int)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot read the vocabulary \(path): \(reason)"
    case .notUTF8(let source, let line):
      "\(source), line \(line): found bytes that are not UTF-8, expected one token a line in UTF-8"
    case .missingSpecialToken(let source, let token, let count):
      "\(source): \(token) is not among its \(count) tokens; expected a BERT vocabulary, one token a line, with "
        + "[PAD], [UNK], [CLS] and [SEP] on lines of their own"
    case .lineBreak(let id):
      "token \(id) of the vocabulary holds a line break, expected none"
    case .sizeTooSmall(let size, let needed):
      "a vocabulary of \(size) tokens is too small, expected at least \(needed): the special tokens and printable "
        + "ASCII alone take that many"
    }
  }
}
