import Foundation
import TestSupport
import Testing
import Tokenization

@Suite("Equality with Hugging Face's BertTokenizerFast")
struct ReferenceTests {
  static let cases = ["uncased", "cased"]

  @Test("Hard texts give the reference's ids, as bytes and as strings", arguments: cases)
  func hardTexts(letters: String) throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: letters == "uncased")
    let texts = try Fixtures.decode([HardText].self, from: "hard.json")
    #expect(texts.count > 100)
    for text in texts {
      let bytes = Fixtures.bytes(hexadecimal: text.utf8)
      let string = String(decoding: bytes, as: UTF8.self)
      let expected = letters == "uncased" ? text.uncased : text.cased
      #expect(tokenizer.encode(bytes).ids == expected, "\(string.debugDescription)")
      #expect(tokenizer.encode(string).ids == expected, "\(string.debugDescription)")
      #expect(tokenizer.encode(Substring(string)).ids == expected, "\(string.debugDescription)")
    }
  }

  @Test("Pieces of hard texts come from where the reference says", arguments: cases)
  func sources(letters: String) throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: letters == "uncased")
    let texts = try Fixtures.decode([TracedText].self, from: "offsets.json")
    #expect(texts.count > 80)
    for text in texts {
      let encoding = tokenizer.encode(text.text, tracing: true)
      #expect(encoding.ids == tokenizer.encode(text.text).ids)
      let sources = try #require(encoding.sources)
      #expect(sources.count == encoding.ids.count && sources.first == 0..<0 && sources.last == 0..<0)
      let bounds = sources.dropFirst().dropLast().flatMap { [$0.lowerBound, $0.upperBound] }
      #expect(
        bounds == (letters == "uncased" ? text.uncased : text.cased), "\(text.text.debugDescription)")
    }
  }

  @Test("Every Unicode scalar is normalised and split as in the reference", arguments: cases)
  func scalars(letters: String) throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: letters == "uncased")
    let contexts = [("A", "b"), ("a\u{302F}", "\u{1B44}")].map { (Array($0.utf8), Array($1.utf8)) }
    var hash = UnitHash()
    for scalar in (0..<0x110000).lazy.compactMap({ Unicode.Scalar(UInt32($0)) }) {
      let text = Array(String(scalar).utf8)
      for (before, after) in contexts {
        for word in tokenizer.words(of: before + text + after) {
          for byte in word { hash.add(UInt32(byte)) }
          hash.add(0x100)
        }
      }
      hash.add(0x200)
    }
    #expect(hash.text == (try Fixtures.decode(ReferenceHashes.self, from: "hashes.json").scalars[letters]))
  }

  @Test("A hundred thousand generated texts give the reference's ids", arguments: cases)
  func generatedTexts(letters: String) throws {
    let reference = try Fixtures.decode(ReferenceHashes.self, from: "hashes.json")
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: letters == "uncased")
    #expect(hashGenerated(tokenizer, reference) == reference.generated[letters])
  }

  @Test(
    "Every line and pair of the shared data gives the reference's ids (needs ../shared)",
    .enabled(if: SharedFiles.areChecked, "../shared is not there"), arguments: cases)
  func sharedData(letters: String) throws {
    let root = SharedFiles.folder.appendingPathComponent("data")
    let reference = try Fixtures.decode(ReferenceHashes.self, from: "hashes.json")
    let vocabulary = try Vocabulary(
      contentsOf: root.appendingPathComponent("vocab/bert-base-\(letters)-vocab.txt"))
    let tokenizer = Tokenizer(vocabulary: vocabulary, lowercases: letters == "uncased")
    #expect(hashGenerated(tokenizer, reference) == reference.generated["bert-base-\(letters)"])

    let files = try #require(reference.files[letters])
    #expect(files.count > 25)
    for (name, expected) in files.sorted(by: { $0.key < $1.key }) {
      let data = try Data(contentsOf: root.appendingPathComponent(name))
      let lines = Array(data).split(separator: 0x0A, omittingEmptySubsequences: false)
      #expect(lines.count == expected.lines, "\(name)")
      var lineHash = UnitHash()
      var pairHash = UnitHash()
      for line in lines {
        lineHash.add(tokenizer.encode(line).ids)
        lineHash.add(0xFFFF_FFFF)
        let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
        for (first, second) in zip(fields, fields.dropFirst()) {
          let encoding = tokenizer.encode(first, second, maximumLength: 48)
          pairHash.add(encoding.ids)
          pairHash.add(encoding.segments)
        }
      }
      #expect(lineHash.text == expected.lineHash, "lines of \(name)")
      #expect(pairHash.text == expected.pairHash, "pairs of \(name)")
    }
  }

  private func hashGenerated(_ tokenizer: Tokenizer, _ reference: ReferenceHashes) -> String {
    var generator = TextGenerator(seed: 20, pool: reference.pool.map(Fixtures.bytes(hexadecimal:)))
    var hash = UnitHash()
    for _ in 0..<reference.generatedCount {
      hash.add(tokenizer.encode(generator.text()).ids)
      hash.add(0xFFFF_FFFF)
    }
    return hash.text
  }
}

private struct HardText: Decodable {
  var utf8: String
  var uncased: [Int32]
  var cased: [Int32]
}

private struct TracedText: Decodable {
  var text: String
  var uncased: [Int]
  var cased: [Int]
}
