import Wording

/// What is said of how tasks share the encoder, in a task file or on the command line. `Networks` knows the ways of sharing
/// and checks it.
public struct SharingDefinition: Sendable, Equatable {
  /// The way of sharing.
  public var type: String
  /// All else that is said, in order.
  public var settings: [Setting]
  /// Where it is said: for messages.
  public var file: String
  public var line: Int

  public init(_ type: String, settings: [Setting] = [], file: String = "", line: Int = 0) {
    self.type = type
    self.settings = settings
    self.file = file
    self.line = line
  }

  /// One encoder for all tasks.
  public static let hard = SharingDefinition("hard")

  /// Reads `NAME` or `NAME:SETTING=VALUE,…`, and `type=NAME,SETTING=VALUE,…` as an object in a task file is spelled. A value
  /// that is itself a list of pairs has `;` between them, and `:` in place of `=`.
  ///
  /// - Parameter file: what messages name as the place.
  public init?(spelling: String, file: String = "--sharing") {
    let parts = spelling.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var pairs = parts[parts.count - 1].split(separator: ",", omittingEmptySubsequences: false)
    var type = String(parts[0])
    if type.contains("=") {
      pairs = spelling.split(separator: ",", omittingEmptySubsequences: false)
      type = ""
    } else if parts.count == 1 {
      pairs = []
    }
    var settings: [Setting] = []
    for pair in pairs {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else { return nil }
      let (name, text) = (String(sides[0]), String(sides[1]))
      if name == "type" {
        type = text
        continue
      }
      let value: Setting.Value =
        Double(text).map { .number($0) } ?? Bool(text).map { .flag($0) } ?? .text(Self.pairs(from: text))
      settings.append(Setting(name: name, value: value, file: file, key: name))
    }
    guard !type.isEmpty else { return nil }
    self.init(type, settings: settings, file: file)
  }

  /// Reads several spellings between commas, which stand between settings too: `hard,mmoe:experts=2,from=1,ple`.
  public static func list(_ text: String, file: String = "--sharing") -> [SharingDefinition]? {
    var spellings: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      // A setting goes on with the spelling before it; the first of one stands after a colon.
      if part.first(where: { $0 == "=" || $0 == ":" }) == "=", let last = spellings.popLast() {
        spellings.append("\(last),\(part)")
      } else {
        spellings.append(String(part))
      }
    }
    let list = spellings.compactMap { SharingDefinition(spelling: $0, file: file) }
    return list.count == spellings.count ? list : nil
  }

  private static func pairs(from text: String) -> String {
    text.replacing(";", with: ",").replacing(":", with: "=")
  }

  /// As one would type it on the command line.
  public var spelling: String {
    let values = settings.map { setting in
      "\(setting.name)=\(setting.spelling.replacing(",", with: ";").replacing("=", with: ":"))"
    }
    return type + (values.isEmpty ? "" : ":" + values.joined(separator: ","))
  }

  /// Whether another says the same, wherever it stands.
  public static func == (left: Self, right: Self) -> Bool { left.spelling == right.spelling }

  public func error(_ key: String, found: String, expected: String) -> TaskFileError {
    TaskFileError(
      file: file, line: line, key: line > 0 ? "sharing.\(key)" : "", found: found, expected: expected)
  }
}
