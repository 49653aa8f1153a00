import Tasks
import Wording

/// The settings of one JSON file, read with messages that name file and setting. `null` counts as absent.
struct SettingsFile {
  let file: String
  let document: JSONValue

  init(_ bytes: [UInt8], file: String) throws {
    self.file = file
    do {
      document = try JSONReader.readStrictly(bytes)
    } catch {
      throw HuggingFaceConfigurationError(file: file, "not valid JSON: \(error)")
    }
    guard document.members != nil else {
      throw HuggingFaceConfigurationError(file: file, "holds \(document.summary), expected an object")
    }
  }

  subscript(setting: String) -> JSONValue? { document[setting] }

  func failure(_ setting: String, _ problem: String) -> HuggingFaceConfigurationError {
    HuggingFaceConfigurationError(file: file, setting: setting, problem)
  }

  /// A member that is there and not null.
  private func value(_ setting: String) -> JSONValue? { document[setting].flatMap { $0.isNull ? nil : $0 } }

  func text(_ setting: String, default absent: String) throws -> String {
    guard let value = value(setting) else { return absent }
    guard let text = value.string else { throw failure(setting, "\(value.summary), expected a text") }
    return text
  }

  func require(_ setting: String, isIn supported: [String], default absent: String) throws {
    let found = try text(setting, default: absent)
    guard supported.contains(found) else {
      throw failure(setting, "\(quoted(found)) is not supported, expected \(listed(supported))")
    }
  }

  func boolean(_ setting: String, default absent: Bool) throws -> Bool {
    guard let value = value(setting) else { return absent }
    guard let flag = value.flag else { throw failure(setting, "\(value.summary), expected true or false") }
    return flag
  }

  func count(_ setting: String, upTo most: Int, default absent: Int? = nil) throws -> Int {
    try whole(setting, in: 1...most, default: absent)
  }

  func index(_ setting: String, below count: Int, default absent: Int) throws -> Int {
    try whole(setting, in: 0...count - 1, default: absent)
  }

  private func whole(_ setting: String, in range: ClosedRange<Int>, default absent: Int?) throws -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let value = value(setting) else {
      guard let absent else { throw failure(setting, "is missing, expected \(expected)") }
      return absent
    }
    guard let number = value.integer, range.contains(number) else {
      throw failure(setting, "\(value.summary), expected \(expected)")
    }
    return number
  }

  func number(_ setting: String, in range: Range<Float>, default absent: Float) throws -> Float {
    guard let value = value(setting) else { return absent }
    if case .number(let number, _) = value.kind, range.contains(Float(number)) { return Float(number) }
    throw failure(
      setting, "\(value.summary), expected a number from \(range.lowerBound) to below \(range.upperBound)")
  }
}
