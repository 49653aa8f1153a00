import Wording

/// A named value of a task file that another module gives its meaning to: a setting of a head, an option of
/// training.
public struct Setting: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    case flag(Bool)
    case number(Double)
    case text(String)

    var spelling: String {
      switch self {
      case .flag(let flag): "\(flag)"
      case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
      case .text(let text): text
      }
    }
  }

  public var name: String
  public var value: Value
  /// The value as one would type it on the command line.
  public var spelling: String
  /// The task file, the line in it, and where there, as `tasks.sst.head.dropout`: for messages.
  public var file: String
  public var line: Int
  public var key: String

  public init(
    name: String, value: Value, spelling: String? = nil, file: String = "", line: Int = 0, key: String = ""
  ) {
    self.name = name
    self.value = value
    self.file = file
    self.line = line
    self.key = key
    self.spelling = spelling ?? value.spelling
  }

  /// A complaint about this setting.
  public func error(found: String? = nil, expected: String) -> TaskFileError {
    let value =
      switch self.value {
      case .text: quoted(spelling)
      default: spelling
      }
    return TaskFileError(file: file, line: line, key: key, found: found ?? value, expected: expected)
  }
}
