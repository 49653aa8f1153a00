import Foundation
import Testing
import Tokenization

@Suite("Vocabulary")
struct VocabularyTests {
  static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  @Test("Ids are the places of the tokens, both ways")
  func lookup() throws {
    let vocabulary = try Fixtures.vocabulary()
    #expect(vocabulary.count > 1_000)
    for id in 0..<Int32(vocabulary.count) {
      #expect(vocabulary.id(of: vocabulary.token(of: id)) == id)
    }
    for absent in ["", "##", "th", "[CLS", "##the man", "\u{10FFFF}"] {
      #expect(vocabulary.id(of: absent) == nil, "\(absent)")
    }
    #expect(vocabulary.paddingID == 0)
    #expect(vocabulary.unknownID == 1)
    #expect(vocabulary.classificationID == 2)
    #expect(vocabulary.separatorID == 3)
    #expect(vocabulary.maskID == 4)
  }

  @Test("Canonically equivalent tokens are different tokens")
  func canonicalEquivalents() throws {
    let vocabulary = try Vocabulary(tokens: Self.special + ["caf\u{E9}", "cafe\u{301}", "K", "\u{212A}"])
    #expect(vocabulary.id(of: "caf\u{E9}") == 5)
    #expect(vocabulary.id(of: "cafe\u{301}") == 6)
    #expect(vocabulary.id(of: "\u{212A}") == 8)
    let cased = Tokenizer(vocabulary: vocabulary, lowercases: false)
    #expect(cased.encode("cafe\u{301} caf\u{E9} \u{212A} K").ids == [2, 6, 5, 8, 7, 3])
  }

  @Test("What is written is what is read")
  func roundTrip() throws {
    let bytes = [UInt8](try Data(contentsOf: Fixtures.folder.appendingPathComponent("vocabulary.txt")))
    let vocabulary = try Fixtures.vocabulary()
    #expect(vocabulary.serialized == bytes)
    #expect(try Vocabulary(serialized: bytes) == vocabulary)
    let tokens = (0..<Int32(vocabulary.count)).map(vocabulary.token(of:))
    #expect(try Vocabulary(tokens: tokens) == vocabulary)
    #expect(try Vocabulary(tokens: Array(tokens.dropLast())) != vocabulary)
  }

  @Test(
    "A byte order mark, CR LF and a missing last line end are taken in stride; empty lines keep their ids")
  func lineEnds() throws {
    let text = "\u{FEFF}" + (Self.special + ["", "the"]).joined(separator: "\r\n")
    let vocabulary = try Vocabulary(serialized: Array(text.utf8))
    #expect(vocabulary.count == 7)
    #expect(vocabulary.id(of: "the") == 6)
    #expect(vocabulary == (try Vocabulary(tokens: Self.special + ["", "the"])))
  }

  @Test("Of a token that stands twice, the last counts")
  func duplicates() throws {
    let vocabulary = try Vocabulary(tokens: Self.special + ["the", "##s", "the", "##s"])
    #expect(vocabulary.id(of: "the") == 7)
    #expect(Tokenizer(vocabulary: vocabulary, lowercases: true).encode("thes the").ids == [2, 7, 8, 7, 3])
  }

  @Test("A vocabulary without [MASK] does not find it in a text")
  func withoutMask() throws {
    let vocabulary = try Vocabulary(tokens: Self.special.dropLast() + ["[", "]", "mask"])
    #expect(vocabulary.maskID == nil)
    #expect(
      Tokenizer(vocabulary: vocabulary, lowercases: true).encode("[MASK][SEP]").ids == [2, 4, 6, 5, 3, 3])
  }

  @Test("Errors say what is wrong, where, and what was expected")
  func errors() throws {
    #expect(throws: VocabularyError.missingSpecialToken(source: "vocabulary", token: "[SEP]", count: 4)) {
      try Vocabulary(tokens: ["[PAD]", "[UNK]", "[CLS]", "the"])
    }
    #expect(throws: VocabularyError.notUTF8(source: "vocabulary", line: 2)) {
      try Vocabulary(serialized: [0x61, 0x0A, 0xED, 0xA0, 0x80, 0x0A])
    }
    #expect(throws: VocabularyError.lineBreak(id: 5)) {
      try Vocabulary(tokens: Self.special + ["a\nb"])
    }
    let missing = URL(fileURLWithPath: "/nonexistent/vocab.txt")
    let error = #expect(throws: VocabularyError.self) { try Vocabulary(contentsOf: missing) }
    #expect(error?.description.hasPrefix("cannot read the vocabulary /nonexistent/vocab.txt: ") == true)
  }
}
