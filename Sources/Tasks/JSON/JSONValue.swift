import Wording

/// A JSON5 value that remembers the line it was read from, so that a later complaint can point at it. Members
/// of an object keep the order in which they were written.
package struct JSONValue: Sendable {
  package enum Kind: Sendable {
    case null
    case flag(Bool)
    /// The value, and the number as it was spelled, which keeps whole numbers exactly.
    case number(Double, spelling: String)
    case text(String)
    case list([JSONValue])
    case object([Member])
  }

  package struct Member: Sendable {
    package var name: String
    /// The line of the name.
    package var line: Int
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue, line: Int = 0) {
      self.name = name
      self.line = line
      self.value = value
    }
  }

  package var kind: Kind
  /// Counted from 1; 0 for a value that was not read from a file.
  package var line: Int

  package init(_ kind: Kind, line: Int = 0) {
    self.kind = kind
    self.line = line
  }

  package static func text(_ text: String) -> JSONValue { JSONValue(.text(text)) }
  package static func flag(_ flag: Bool) -> JSONValue { JSONValue(.flag(flag)) }
  package static func list(_ values: [JSONValue]) -> JSONValue { JSONValue(.list(values)) }
  package static func object(_ members: [Member]) -> JSONValue { JSONValue(.object(members)) }
  package static func number(_ number: Int) -> JSONValue {
    JSONValue(.number(Double(number), spelling: String(number)))
  }
  /// Null for what is not finite, which JSON has no word for, or not there.
  package static func number(_ number: Double?) -> JSONValue {
    guard let number, number.isFinite else { return JSONValue(.null) }
    if let whole = Int(exactly: number) { return .number(whole) }
    return JSONValue(.number(number, spelling: "\(number)"))
  }
  /// The shortest decimal number that is this one in single precision: 0.1, not 0.10000000149011612.
  package static func number(single number: Float) -> JSONValue {
    .number(Double(number.description) ?? Double(number))
  }

  /// The value of a member of this object, or nil.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = kind else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// What this is, as a message names it: `the text "abc"`, `the number 3`, `a list`.
  package var summary: String {
    switch kind {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .number(_, let spelling): "the number \(spelling)"
    case .text(let text): "the text \(quoted(text))"
    case .list(let values): values.isEmpty ? "an empty list" : "a list of \(values.count)"
    case .object: "an object"
    }
  }
}

// MARK: - Reading

extension JSONValue {
  package var isNull: Bool { if case .null = kind { true } else { false } }

  package var flag: Bool? { if case .flag(let flag) = kind { flag } else { nil } }

  package var number: Double? { if case .number(let number, _) = kind { number } else { nil } }

  /// A number that is spelled as a whole one, in decimal digits, and fits 64 bits; 1.0 is none.
  package var integer: Int? { if case .number(_, let spelling) = kind { Int(spelling) } else { nil } }

  package var string: String? { if case .text(let text) = kind { text } else { nil } }

  package var elements: [JSONValue]? { if case .list(let values) = kind { values } else { nil } }

  package var members: [Member]? { if case .object(let members) = kind { members } else { nil } }
}

extension JSONValue: Equatable {
  /// Equal in content; lines and the spelling of numbers do not count.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left.kind, right.kind) {
    case (.null, .null): true
    case (.flag(let a), .flag(let b)): a == b
    case (.number(let a, _), .number(let b, _)):
      if let a = left.integer, let b = right.integer { a == b } else { a == b }
    case (.text(let a), .text(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSONValue.Member: Equatable {
  package static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.value == right.value
  }
}
