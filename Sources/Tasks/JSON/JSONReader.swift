import Wording

/// Where a JSON5 text goes wrong.
package struct JSONError: Error, Sendable, CustomStringConvertible {
  package var line: Int
  package var found: String
  package var expected: String

  package var description: String { "line \(line): found \(found), expected \(expected)" }
}

/// Reads JSON5 (json5.org, version 1.0.0) or JSON (RFC 8259) from UTF-8 bytes. Its own reader because Foundation's gives
/// no line numbers, accepts a name that is given twice, and on Linux only decodes into types.
///
/// A name that is given twice, and nesting deeper than any sensible file's, are errors in both.
package struct JSONReader {
  private let bytes: ArraySlice<UInt8>
  /// Whether only what JSON itself has is read.
  private let isStrict: Bool
  private var position: Int
  private var line: Int
  private var depth = 0
  private var count = 0
  /// The most values that are read.
  private var most = Int.max
  private static let deepest = 200

  private init(_ bytes: ArraySlice<UInt8>, line: Int, isStrict: Bool) {
    self.bytes = bytes
    self.isStrict = isStrict
    self.position = bytes.startIndex
    self.line = line
  }

  /// The one value that JSON5 `bytes`, which must be valid UTF-8, hold. `line` is the number of the first line.
  ///
  /// - Throws: `JSONError`
  package static func read(_ bytes: ArraySlice<UInt8>, line: Int = 1) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, line: line, isStrict: false)
    return try reader.document()
  }

  /// The one value that a JSON file of unknown origin holds: nothing of JSON5, and any bytes may come.
  ///
  /// - Parameter most: values, of which each takes many times the two bytes that it may be spelled with.
  /// - Throws: `JSONError`
  package static func readStrictly(_ bytes: [UInt8], most: Int = .max) throws(JSONError) -> JSONValue {
    if let offset = UTF8Check.firstInvalid(in: bytes) {
      throw JSONError(
        line: UTF8Check.line(of: offset, in: bytes), found: UTF8Check.describe(offset, in: bytes),
        expected: "UTF-8")
    }
    var reader = JSONReader(bytes[...], line: 1, isStrict: true)
    reader.most = most
    return try reader.document()
  }

  private mutating func document() throws(JSONError) -> JSONValue {
    try skipSpace()
    let value = try value()
    try skipSpace()
    guard position == bytes.endIndex else { throw error("the end of the text") }
    return value
  }

  // MARK: Values

  private mutating func value() throws(JSONError) -> JSONValue {
    let line = self.line
    guard count < most else {
      throw JSONError(line: line, found: "more than \(grouped(most)) values", expected: "fewer")
    }
    count += 1
    switch peek {
    case UInt8(ascii: "{"): return JSONValue(.object(try members()), line: line)
    case UInt8(ascii: "["): return JSONValue(.list(try elements()), line: line)
    case UInt8(ascii: "\""): return JSONValue(.text(try text()), line: line)
    case UInt8(ascii: "'") where !isStrict: return JSONValue(.text(try text()), line: line)
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): return JSONValue(try number(), line: line)
    case let byte? where JSONNumber.isDigit(byte): return JSONValue(try number(), line: line)
    case let byte? where Self.startsName(byte):
      let start = position
      switch name() {
      case "true": return JSONValue(.flag(true), line: line)
      case "false": return JSONValue(.flag(false), line: line)
      case "null": return JSONValue(.null, line: line)
      case "NaN" where !isStrict: return JSONValue(.number(.nan, spelling: "NaN"), line: line)
      case "Infinity" where !isStrict: return JSONValue(.number(.infinity, spelling: "Infinity"), line: line)
      case let word:
        position = start
        throw JSONError(line: line, found: word, expected: "a value (text is put in quotes)")
      }
    default: throw error("a value")
    }
  }

  private mutating func members() throws(JSONError) -> [JSONValue.Member] {
    try enter()
    defer { depth -= 1 }
    var members: [JSONValue.Member] = []
    // A linear look is quickest for the few names that most objects have.
    var seen: Set<String> = []
    var followsComma = false
    while true {
      try skipSpace()
      if isStrict && followsComma {
        guard peek == UInt8(ascii: "\"") else { throw error("a name in quotes") }
      }
      if take(UInt8(ascii: "}")) { return members }
      let line = self.line
      let name: String
      switch peek {
      case UInt8(ascii: "\""): name = try text()
      case UInt8(ascii: "'") where !isStrict: name = try text()
      case let byte? where !isStrict && Self.startsName(byte): name = self.name()
      default: throw error("a name or }")
      }
      let isNew = members.count < 16 ? !members.contains { $0.name == name } : seen.insert(name).inserted
      guard isNew else {
        throw JSONError(line: line, found: "\(quoted(name)) a second time", expected: "each name once")
      }
      try skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("a colon after \(quoted(name))") }
      try skipSpace()
      members.append(JSONValue.Member(name, try value(), line: line))
      if members.count == 16 { seen = Set(members.map(\.name)) }
      try skipSpace()
      followsComma = take(UInt8(ascii: ","))
      guard followsComma || peek == UInt8(ascii: "}") else { throw error("a comma or }") }
    }
  }

  private mutating func elements() throws(JSONError) -> [JSONValue] {
    try enter()
    defer { depth -= 1 }
    var values: [JSONValue] = []
    var followsComma = false
    while true {
      try skipSpace()
      if !(isStrict && followsComma) && take(UInt8(ascii: "]")) { return values }
      values.append(try value())
      try skipSpace()
      followsComma = take(UInt8(ascii: ","))
      guard followsComma || peek == UInt8(ascii: "]") else { throw error("a comma or ]") }
    }
  }

  private mutating func enter() throws(JSONError) {
    position += 1
    depth += 1
    guard depth <= Self.deepest else {
      throw JSONError(line: line, found: "brackets \(depth) deep", expected: "at most \(Self.deepest)")
    }
  }

  private mutating func name() -> String {
    let start = position
    while let byte = peek, Self.startsName(byte) || JSONNumber.isDigit(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func number() throws(JSONError) -> JSONValue.Kind {
    let start = position
    let isNegative = peek == UInt8(ascii: "-")
    if isNegative || peek == UInt8(ascii: "+") { position += 1 }
    let digits = position
    while let byte = peek {
      let followsExponent =
        position > digits && bytes[position - 1] | 0x20 == UInt8(ascii: "e")
        && (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"))
      guard Self.startsName(byte) || JSONNumber.isDigit(byte) || byte == UInt8(ascii: ".") || followsExponent
      else {
        break
      }
      position += 1
    }
    let spelling = String(decoding: bytes[start..<position], as: UTF8.self)
    let body = String(decoding: bytes[digits..<position], as: UTF8.self)
    guard !isStrict || JSONNumber.isStrict(bytes[start..<position]),
      let magnitude = JSONNumber.magnitude(body)
    else {
      throw JSONError(line: line, found: spelling, expected: "a number")
    }
    return .number(isNegative ? -magnitude : magnitude, spelling: spelling)
  }

  // MARK: Text

  private mutating func text() throws(JSONError) -> String {
    let firstLine = line
    guard let quote = peek else { throw error("a text in quotes") }
    position += 1
    let start = position
    // Most texts hold no escape and are taken as they stand.
    while let byte = peek, byte != quote, byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "\n") {
      if isStrict && byte < 0x20 { throw error("a text without control characters") }
      position += 1
    }
    if peek == quote {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var result = Array(bytes[start..<position])
    while let byte = peek {
      position += 1
      switch byte {
      case quote: return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\n"):
        throw JSONError(line: line, found: "the end of the line inside a text", expected: "the closing quote")
      case UInt8(ascii: "\\"): try escape(into: &result)
      case 0..<0x20 where isStrict:
        position -= 1
        throw error("a text without control characters")
      default: result.append(byte)
      }
    }
    throw JSONError(line: firstLine, found: "a text that does not end", expected: "the closing quote")
  }

  private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
    guard let byte = peek else { throw error("a character after the backslash") }
    guard !isStrict || "\"\\/bfnrtu".utf8.contains(byte) else { throw error("an escape that JSON has") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "v"): result.append(0x0B)
    case UInt8(ascii: "0") where !(peek.map(JSONNumber.isDigit) ?? false): result.append(0)
    case UInt8(ascii: "x"): append(try hexadecimal(2), to: &result)
    case UInt8(ascii: "u"): append(try codeUnits(), to: &result)
    case UInt8(ascii: "\n"): line += 1
    case UInt8(ascii: "\r"):
      line += 1
      _ = take(UInt8(ascii: "\n"))
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      position -= 1
      throw error("an escape that JSON has")
    default: result.append(byte)
    }
  }

  /// One scalar of one or two `\u` escapes. Half a pair becomes U+FFFD, as in decoding of broken UTF-8; JSON refuses it.
  private mutating func codeUnits() throws(JSONError) -> UInt32 {
    let first = position
    let high = try hexadecimal(4)
    guard (0xD800..<0xE000).contains(high) else { return high }
    let mark = position
    if high < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let low = try hexadecimal(4)
      if (0xDC00..<0xE000).contains(low) { return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard !isStrict else {
      let digits = String(decoding: bytes[first..<mark], as: UTF8.self)
      throw JSONError(line: line, found: "half of a surrogate pair, \\u\(digits)", expected: "both halves")
    }
    position = mark
    return 0xFFFD
  }

  private mutating func hexadecimal(_ count: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = peek, byte < 0x80, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw error("\(count) hexadecimal digits")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  private func append(_ scalar: UInt32, to result: inout [UInt8]) {
    result.append(contentsOf: String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() throws(JSONError) {
    while let byte = peek {
      switch byte {
      case 0x0A:
        line += 1
        position += 1
      case 0x20, 0x09, 0x0D: position += 1
      case _ where isStrict: return
      case 0x0B, 0x0C: position += 1
      case 0xC2 where follows(0xA0): position += 2  // no-break space
      case 0xEF where follows(0xBB, 0xBF): position += 3  // byte order mark
      // Line and paragraph separators.
      case 0xE2 where follows(0x80, 0xA8) || follows(0x80, 0xA9): position += 3
      case UInt8(ascii: "/") where follows(UInt8(ascii: "/")):
        while let byte = peek, byte != 0x0A { position += 1 }
      case UInt8(ascii: "/") where follows(UInt8(ascii: "*")):
        let firstLine = line
        position += 2
        while !(peek == UInt8(ascii: "*") && follows(UInt8(ascii: "/"))) {
          guard let byte = peek else {
            throw JSONError(line: firstLine, found: "a comment that does not end", expected: "*/")
          }
          if byte == 0x0A { line += 1 }
          position += 1
        }
        position += 2
      default: return
      }
    }
  }

  private func follows(_ next: UInt8...) -> Bool {
    bytes[(position + 1)...].starts(with: next)
  }

  private static func startsName(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$") || byte >= 0x80
  }

  private func error(_ expected: String) -> JSONError {
    guard position < bytes.endIndex else {
      return JSONError(line: line, found: "the end", expected: expected)
    }
    let rest = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
    return JSONError(line: line, found: rest.first.map { quoted(String($0)) } ?? "", expected: expected)
  }
}
