import Wording

/// A value as JSON has it.
public enum SettingValue: Sendable, Equatable {
  case boolean(Bool)
  case number(Double)
  case text(String)

  var shown: String {
    switch self {
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): OptionValue.shown(value)
    case .text(let value): "\"\(value)\""
    }
  }
}

extension OptionValues {
  /// Reads a settings file's entries as values of a command's options.
  ///
  /// Keys are the options' names; `learningRate` and `learning_rate` are read as `learning-rate`. A number
  /// may not be written as a text.
  ///
  /// - Parameters:
  ///   - settings: key and value, in the order of the file.
  ///   - options: the declarations of the command.
  ///   - place: what messages put before a key: `tasks.json: training`.
  /// - Throws: `UsageError` for an unknown key, a value that the option does not take, or a key given twice.
  public init(
    settings: [(key: String, value: SettingValue)], of options: [OptionDeclaration], at place: String
  ) throws(UsageError) {
    self.init()
    for (key, setting) in settings {
      let name = hyphenated(key)
      let written = "\(place).\(key)"
      guard let option = options.first(where: { $0.answers(to: name) }) else {
        throw .unknownOption(written, suggestion: nearestName(to: name, among: options.map(\.name)))
      }
      try add(try option.value(from: setting, at: written), to: option, at: written)
    }
  }
}

extension OptionDeclaration {
  /// Reads a value from a settings file.
  fileprivate func value(from setting: SettingValue, at place: String) throws(UsageError) -> OptionValue {
    switch (kind, setting) {
    case (.flag, .boolean(let isOn)):
      return .flag(isOn)
    case (.integer(let bounds), .number(let number)):
      if let value = Int(exactly: number), bounds.contains(value) { return .integer(value) }
    case (.number(let bounds), .number(let number)):
      if number.isFinite, bounds.contains(number) { return .number(number) }
    case (.text, .text(let text)), (.path, .text(let text)), (.choice, .text(let text)),
      (.form, .text(let text)):
      return try value(from: text, at: place)
    default:
      break
    }
    throw .badValue(
      place, expectation: isFlag ? "true or false" : expectation, found: setting.shown, suggestion: nil)
  }
}

/// `learningRate` and `learning_rate` as `learning-rate`.
private func hyphenated(_ key: String) -> String {
  var result = ""
  for character in key {
    if character == "_" {
      result.append("-")
    } else if character.isUppercase {
      if !result.isEmpty, !result.hasSuffix("-") { result.append("-") }
      result += character.lowercased()
    } else {
      result.append(character)
    }
  }
  return result
}
