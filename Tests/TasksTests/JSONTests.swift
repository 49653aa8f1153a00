import Tasks
import Testing

@Suite struct JSONTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)[...]) }

  @Test("JSON5 is read: comments, trailing commas, quotes, names and numbers of all kinds")
  func json5() throws {
    let text = """
      // a comment
      { plain: 1, 'single': "it's", "double": 'say "x"', /* inside
      two lines */ list: [1, -2.5, +.5, 5., 0x1F, 1e-4, Infinity, -Infinity,],
        flags: [true, false, null], größe: "\\u00e9\\x41\\n\\
      continued \\ud83d\\ude00 \\ud83d", }
      """
    let value = try read(text)
    #expect(value["plain"] == .number(1))
    #expect(value["single"] == .text("it's"))
    #expect(value["double"] == .text("say \"x\""))
    #expect(
      value["list"]
        == .list([
          .number(1), .number(-2.5), .number(0.5), .number(5), .number(31), .number(0.0001),
          JSONValue(.number(.infinity, spelling: "Infinity")),
          JSONValue(.number(-.infinity, spelling: "-Infinity")),
        ]))
    #expect(value["flags"] == .list([.flag(true), .flag(false), JSONValue(.null)]))
    #expect(value["größe"] == .text("éA\ncontinued 😀 \u{FFFD}"))
    guard case .object(let members) = value.kind else { return #expect(Bool(false)) }
    #expect(members.map(\.line) == [2, 2, 2, 3, 4, 4])
  }

  @Test(
    "Broken JSON5 is refused with the line",
    arguments: [
      ("{\n a: 1\n b: 2 }", 3, "\"b\"", "a comma or }"),
      ("{ a: 1,\n a: 2 }", 2, "\"a\" a second time", "each name once"),
      ("{ a: yes }", 1, "yes", "a value (text is put in quotes)"),
      ("{ a: \"x\n\" }", 1, "the end of the line inside a text", "the closing quote"),
      ("{ a: 'x", 1, "a text that does not end", "the closing quote"),
      ("\n/* x", 2, "a comment that does not end", "*/"),
      ("{ a: 1.2.3 }", 1, "1.2.3", "a number"),
      ("{ a: 0x }", 1, "0x", "a number"),
      ("{ a: 1e }", 1, "1e", "a number"),
      ("[1, 2", 1, "the end", "a comma or ]"),
      ("{} {}", 1, "\"{\"", "the end of the text"),
      ("", 1, "the end", "a value"),
    ])
  func broken(text: String, line: Int, found: String, expected: String) {
    do throws(JSONError) {
      _ = try JSONReader.read(Array(text.utf8)[...])
      #expect(Bool(false), "nothing was thrown")
    } catch {
      #expect((error.line, error.found, error.expected) == (line, found, expected))
    }
  }

  @Test(
    "Strict reading accepts JSON alone",
    arguments: [
      ("{\"a\":1,}", "\"}\"", "a name in quotes"), ("[1,]", "\"]\"", "a value"),
      ("{a:1}", "\"a\"", "a name or }"),
      ("{'a':1}", "\"'\"", "a name or }"), ("'a'", "\"'\"", "a value"), ("[.5]", ".5", "a number"),
      ("[5.]", "5.", "a number"), ("+1", "+1", "a number"), ("01", "01", "a number"), ("-", "-", "a number"),
      ("1e", "1e", "a number"), ("0x1F", "0x1F", "a number"), ("-Infinity", "-Infinity", "a number"),
      ("NaN", "NaN", "a value (text is put in quotes)"), ("// x\n1", "\"/\"", "a value"),
      ("1 /* x */", "\"/\"", "the end of the text"),
      ("\u{A0}1", "\u{A0}1", "a value (text is put in quotes)"), ("\u{B}1", "\"\\u{b}\"", "a value"),
      ("\"a\tb\"", "\"\\t\"", "a text without control characters"),
      ("\"\\n\t\"", "\"\\t\"", "a text without control characters"),
      ("\"\\x41\"", "\"x\"", "an escape that JSON has"), ("\"\\'\"", "\"'\"", "an escape that JSON has"),
      ("\"\\udc00\"", "half of a surrogate pair, \\udc00", "both halves"),
      ("\"\\ud800\\u0041\"", "half of a surrogate pair, \\ud800", "both halves"),
      ("\"\\u12\u{660}4\"", "\"\u{660}\"", "4 hexadecimal digits"),
    ])
  func strict(text: String, found: String, expected: String) {
    do throws(JSONError) {
      _ = try JSONReader.readStrictly(Array(text.utf8))
      #expect(Bool(false), "nothing was thrown")
    } catch {
      #expect(error.found == found && error.expected == expected)
    }
  }

  @Test("Strict reading accepts all of JSON, and names the line of bytes that are no text")
  func strictAccepts() throws {
    let text =
      "\t{\"a\":[-0.5e+3,0,1E2,-0,{}],\r\n\"b\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é\",\"\":[null,true,false]} "
    let value = try JSONReader.readStrictly(Array(text.utf8))
    #expect(value["a"]?.elements?.map(\.number) == [-500, 0, 100, 0, nil])
    #expect(value["b"]?.string == "\"\\/\u{8}\u{C}\n\r\té😀é")
    #expect(value[""]?.elements?.map(\.flag) == [nil, true, false])
    #expect(value.members?.map(\.line) == [1, 2, 2])
    let error = #expect(throws: JSONError.self) { try JSONReader.readStrictly([0x0A, 0x22, 0xFF, 0x22]) }
    #expect(error?.description == "line 2: found the byte 0xFF, expected UTF-8")
  }

  @Test("Whole numbers are kept exactly, floats as short as they can be")
  func numbers() throws {
    let large = 9_007_199_254_740_993
    let value = try read("[\(large), 9007199254740992, 1.0, 1e3, 99999999999999999999, '1']")
    #expect(value.elements?.map(\.integer) == [large, large - 1, nil, nil, nil, nil])
    #expect(value.elements?[0] != value.elements?[1] && value.elements?[2] == .number(1))
    #expect(JSONValue.list([.number(large), .number(1e3)]).encodedLine() == "[\(large), 1000]")
    let floats = JSONValue.list([.number(single: 0.1), .number(single: 1e-12), .number(single: 3)])
    #expect(floats.encodedLine() == "[0.1, 1e-12, 3]")
    let none = JSONValue.list([
      .number(Double.nan), .number(-Double.infinity), .number(single: .nan), .number(nil),
    ])
    #expect(none.encodedLine() == "[null, null, null, null]")
  }

  @Test("Brackets nested too deeply are refused, not a crash")
  func deep() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try read(text) }
  }

  @Test("An object of many members keeps their order and refuses a name given twice")
  func manyMembers() throws {
    let names = (0..<40).map { "n\($0)" }
    let text = names.map { "\($0): 1" }.joined(separator: ", ")
    guard case .object(let members) = try read("{\(text)}").kind else { return #expect(Bool(false)) }
    #expect(members.map(\.name) == names)
    #expect(throws: JSONError.self) { try read("{\(text), n3: 1}") }
    #expect(throws: JSONError.self) { try read("{\(text), n33: 1}") }
  }

  @Test("What is written reads back to the same value")
  func roundTrip() throws {
    let value = try read(
      "{a: [1, 2.5, {b: 'q\"\\\\\\n\\t\\u0001é'}], c: {}, d: [], e: null, f: -1e300, g: true}")
    #expect(try read(value.encoded()) == value)
    #expect(try read("{a: [1, 'x'], b: {}}").encoded() == "{\n  \"a\": [1, \"x\"],\n  \"b\": {}\n}")
  }
}
