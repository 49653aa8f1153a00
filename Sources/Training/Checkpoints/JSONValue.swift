import Foundation

/// A JSON document as files of unknown origin hold it: the order of keys is kept, a key that occurs twice is an
/// error, and nesting is limited. Foundation's decoders accept both silently.
enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Sendable, Equatable {
    var key: String
    var value: JSONValue
  }

  /// Where and why a text isn't JSON; `offset` counts bytes from 0.
  struct SyntaxError: Error, CustomStringConvertible, Sendable {
    var offset: Int
    var problem: String
    var description: String { "\(problem) at byte \(offset)" }
  }

  /// The value of a key of an object, nil when absent or when this is no object.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// What this is, for messages: the value itself when short, otherwise its kind.
  var summary: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value.utf8.count <= 60 ? "\"\(value)\"" : "a long text"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// Parses one JSON document (RFC 8259), UTF-8 without a byte order mark.
  /// - Throws: `SyntaxError`.
  init(parsing bytes: [UInt8]) throws {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }
}

/// A recursive descent over the bytes of one document.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  static let maximumDepth = 64

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws -> JSONValue {
    let result = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw problem("unexpected text after the end") }
    return result
  }

  func problem(_ text: String) -> JSONValue.SyntaxError { .init(offset: position, problem: text) }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func expect(_ character: Character) throws {
    guard next == character.asciiValue else { throw problem("expected '\(character)'") }
    position += 1
  }

  mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.maximumDepth else { throw problem("nested more than \(Self.maximumDepth) deep") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("unexpected end")
    default: return try number()
    }
  }

  mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    guard matches else { throw problem("expected a value") }
    position += text.utf8CodeUnitCount
    return value
  }

  mutating func object(depth: Int) throws -> JSONValue {
    try expect("{")
    var members: [JSONValue.Member] = []
    var keys = Set<String>()
    skipSpace()
    if next == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      let key = try string()
      guard keys.insert(key).inserted else { throw problem("the key \"\(key)\" occurs twice") }
      skipSpace()
      try expect(":")
      members.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if next == UInt8(ascii: ",") {
        position += 1
      } else {
        try expect("}")
        return .object(members)
      }
    }
  }

  mutating func array(depth: Int) throws -> JSONValue {
    try expect("[")
    var elements: [JSONValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if next == UInt8(ascii: ",") {
        position += 1
      } else {
        try expect("]")
        return .array(elements)
      }
    }
  }

  mutating func number() throws -> JSONValue {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    if next == UInt8(ascii: "-") { position += 1 }
    guard isDigit(next) else { throw problem("expected a value") }
    if next == UInt8(ascii: "0") {
      position += 1
    } else {
      while isDigit(next) { position += 1 }
    }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      guard isDigit(next) else { throw problem("expected a digit") }
      while isDigit(next) { position += 1 }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard isDigit(next) else { throw problem("expected a digit") }
      while isDigit(next) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw problem("not a number: \(text)") }
    return .number(value)
  }

  mutating func string() throws -> String {
    try expect("\"")
    var content: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(bytes: content, encoding: .utf8) else { throw problem("text is not UTF-8") }
        return text
      case UInt8(ascii: "\\"):
        position += 1
        content.append(contentsOf: String(Character(try escape())).utf8)
      case 0..<0x20:
        throw problem("a control character in a text")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw problem("a text without end")
  }

  mutating func escape() throws -> Unicode.Scalar {
    guard let byte = next else { throw problem("a text without end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try codeUnit()
      if let scalar = Unicode.Scalar(first) { return scalar }
      guard first < 0xDC00, next == UInt8(ascii: "\\") else { throw problem("half of a surrogate pair") }
      position += 1
      try expect("u")
      let second = try codeUnit()
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
      else { throw problem("half of a surrogate pair") }
      return scalar
    default: throw problem("an unknown escape")
    }
  }

  mutating func codeUnit() throws -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw problem("expected four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}

extension JSONValue {
  /// This value as JSON, keys in their order. `indentation` counts spaces a level; nil writes one line without spaces.
  func text(indentation: Int? = nil) -> String {
    var output = ""
    write(to: &output, indentation: indentation, level: 0)
    return output
  }

  private func write(to output: inout String, indentation: Int?, level: Int) {
    func newLine(_ level: Int) {
      guard let indentation else { return }
      output += "\n" + String(repeating: " ", count: indentation * level)
    }
    switch self {
    case .null: output += "null"
    case .boolean(let value): output += value ? "true" : "false"
    case .integer(let value): output += "\(value)"
    case .number(let value): output += "\(value)"
    case .string(let value): Self.write(value, to: &output)
    case .array(let elements):
      output += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { output += indentation == nil ? "," : ", " }
        element.write(to: &output, indentation: nil, level: level)
      }
      output += "]"
    case .object(let members):
      output += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { output += "," }
        newLine(level + 1)
        Self.write(member.key, to: &output)
        output += indentation == nil ? ":" : ": "
        member.value.write(to: &output, indentation: indentation, level: level + 1)
      }
      if !members.isEmpty { newLine(level) }
      output += "}"
    }
  }

  private static func write(_ text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}
