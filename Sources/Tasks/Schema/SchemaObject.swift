import Wording

/// An object of a task file on its way into a type: hands out members by name and kind, and says where one is
/// wrong.
struct SchemaObject {
  let file: String
  /// Where in the file this object is, as `tasks.sst`; empty for the file itself.
  let key: String
  let line: Int
  let members: [JSONValue.Member]

  init(_ value: JSONValue, file: String, key: String, expected: String = "an object in braces")
    throws(TaskFileError)
  {
    guard case .object(let members) = value.kind else {
      throw TaskFileError(file: file, line: value.line, key: key, found: value.summary, expected: expected)
    }
    self.file = file
    self.key = key
    self.line = value.line
    self.members = members
  }

  func key(of name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

  func refuseUnknown(besides known: [String]) throws(TaskFileError) {
    for member in members where !known.contains(member.name) {
      throw TaskFileError(
        file: file, line: member.line, key: key(of: member.name), found: "an unknown key",
        expected: nearestOrAll(member.name, among: known, limit: .max))
    }
  }

  func member(_ name: String) -> JSONValue.Member? { members.first { $0.name == name } }

  func object(_ name: String) throws(TaskFileError) -> SchemaObject? {
    guard let member = member(name) else { return nil }
    return try SchemaObject(member.value, file: file, key: key(of: name))
  }

  func text(_ name: String, expected: String = "a text in quotes") throws(TaskFileError) -> String? {
    guard let member = member(name) else { return nil }
    guard case .text(let text) = member.value.kind, !text.isEmpty else {
      throw error(name, found: member.value.summary, expected: expected)
    }
    return text
  }

  func flag(_ name: String) throws(TaskFileError) -> Bool? {
    guard let member = member(name) else { return nil }
    guard case .flag(let flag) = member.value.kind else {
      throw error(name, found: member.value.summary, expected: "true or false")
    }
    return flag
  }

  func number(
    _ name: String, expected: String, where isGood: (Double) -> Bool
  ) throws(TaskFileError) -> Double? {
    guard let member = member(name) else { return nil }
    guard case .number(let number, _) = member.value.kind, number.isFinite, isGood(number) else {
      throw error(name, found: member.value.summary, expected: expected)
    }
    return number
  }

  func whole(_ name: String, from least: Int) throws(TaskFileError) -> Int? {
    let expected = "a whole number from \(least)"
    return try number(name, expected: expected) { $0 >= Double(least) && Int(exactly: $0) != nil }.map {
      Int($0)
    }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _: Choice.Type = Choice.self
  ) throws(TaskFileError) -> Choice? where Choice.RawValue == String {
    guard let member = member(name) else { return nil }
    guard case .text(let text) = member.value.kind, let choice = Choice(rawValue: text) else {
      throw error(
        name, found: member.value.summary, expected: listed(Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// A text or a list of texts, none empty.
  func texts(_ name: String, expected: String = "a list of texts") throws(TaskFileError) -> [String]? {
    guard let member = member(name) else { return nil }
    guard let texts = Self.texts(member.value) else {
      throw error(name, found: member.value.summary, expected: expected)
    }
    return texts
  }

  static func texts(_ value: JSONValue) -> [String]? {
    switch value.kind {
    case .text(let text): return text.isEmpty ? nil : [text]
    case .list(let values):
      var texts: [String] = []
      for value in values {
        guard case .text(let text) = value.kind, !text.isEmpty else { return nil }
        texts.append(text)
      }
      return texts.isEmpty ? nil : texts
    default: return nil
    }
  }

  func error(_ name: String, found: String, expected: String) -> TaskFileError {
    TaskFileError(
      file: file, line: member(name)?.line ?? line, key: key(of: name), found: found, expected: expected)
  }

  /// A complaint about a key that is not there, or about one further down.
  func missing(_ name: String, found: String = "nothing", expected: String) -> TaskFileError {
    TaskFileError(file: file, line: line, key: key(of: name), found: found, expected: expected)
  }
}
