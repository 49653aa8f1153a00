import Testing
import Tokenization

@Suite("Tokenizer")
struct TokenizerTests {
  @Test("Concatenated pieces spell the normalised words", arguments: [true, false])
  func piecesSpellWords(lowercases: Bool) throws {
    let reference = try Fixtures.decode(ReferenceHashes.self, from: "hashes.json")
    let vocabulary = try Fixtures.vocabulary()
    let tokenizer = Tokenizer(vocabulary: vocabulary, lowercases: lowercases)
    var generator = TextGenerator(seed: 5, pool: reference.pool.map(Fixtures.bytes(hexadecimal:)))
    var spelledWords = 0
    for _ in 0..<5_000 {
      let text = generator.text()
      var spelled: [[UInt8]] = []
      for piece in tokenizer.pieces(of: text) {
        let bytes = Array(piece.utf8)
        if bytes.count > 2, bytes.starts(with: [0x23, 0x23]) {
          #expect(!spelled.isEmpty)
          spelled[spelled.count - 1] += bytes.dropFirst(2)
        } else {
          spelled.append(bytes)
        }
      }
      let words = tokenizer.words(of: text)
      #expect(spelled.count == words.count)
      for (spelling, word) in zip(spelled, words) where spelling != Array("[UNK]".utf8) {
        #expect(spelling == word)
        spelledWords += 1
      }
    }
    #expect(spelledWords > 10_000)
  }

  @Test("Normalised text is a fixed point of normalisation", arguments: [true, false])
  func normalisationIsIdempotent(lowercases: Bool) throws {
    let reference = try Fixtures.decode(ReferenceHashes.self, from: "hashes.json")
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: lowercases)
    var generator = TextGenerator(seed: 6, pool: reference.pool.map(Fixtures.bytes(hexadecimal:)))
    for _ in 0..<5_000 {
      let words = tokenizer.words(of: generator.text())
      // A special token's brackets, found apart, could meet when words are joined again.
      for word in words where word != Array("[".utf8) {
        #expect(tokenizer.words(of: word) == [word])
      }
    }
  }

  @Test("Pairs are truncated longest first, as the reference does")
  func truncation() throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: true)
    let cases = try Fixtures.decode([[Int]].self, from: "pairs.json")
    #expect(cases.count > 1_000)
    for row in cases {
      let (first, second, maximum) = (row[0], row[1], row[2])
      let text = Array(repeating: "the", count: first).joined(separator: " ")
      let pair = Array(repeating: "man", count: second).joined(separator: " ")
      let encoding = tokenizer.encode(text, pair, maximumLength: maximum)
      let kept = [text, pair].map { tokenizer.pieces(of: $0).first.flatMap(tokenizer.vocabulary.id(of:)) }
        .map { id in encoding.ids.count { $0 == id } }
      #expect(kept == [row[3], row[4]], "\(first) and \(second) in \(maximum)")
      #expect(encoding.isTruncated == (first + second + 3 > maximum))
    }
  }

  @Test("An encoding keeps its budget and its special tokens in their places")
  func encodingLayout() throws {
    let reference = try Fixtures.decode(ReferenceHashes.self, from: "hashes.json")
    let vocabulary = try Fixtures.vocabulary()
    let tokenizer = Tokenizer(vocabulary: vocabulary, lowercases: true)
    var generator = TextGenerator(seed: 7, pool: reference.pool.map(Fixtures.bytes(hexadecimal:)))
    for index in 0..<3_000 {
      let maximum = 3 + index % 20
      let (text, pair) = (generator.text(), generator.text())
      let single = tokenizer.encode(text, maximumLength: maximum)
      let whole = tokenizer.encode(text)
      #expect(single.ids.count == min(maximum, whole.ids.count))
      #expect(single.ids.dropLast().elementsEqual(whole.ids.prefix(single.ids.count - 1)))
      #expect(single.ids.last == vocabulary.separatorID)
      #expect(single.segments == Array(repeating: 0, count: single.ids.count))
      #expect(single.pairStart == single.ids.count)
      #expect(single.isTruncated == (whole.ids.count > maximum))
      #expect(!whole.isTruncated)

      let both = tokenizer.encode(text, pair, maximumLength: maximum)
      let bothWhole = tokenizer.encode(text, pair)
      #expect(both.ids.count == min(maximum, bothWhole.ids.count))
      #expect(both.ids.first == vocabulary.classificationID)
      #expect(both.ids[both.pairStart - 1] == vocabulary.separatorID)
      #expect(both.ids.last == vocabulary.separatorID)
      #expect(
        both.segments == both.ids.indices.map { $0 < both.pairStart ? 0 : 1 })
      #expect(both.isTruncated == (bothWhole.ids.count > maximum))
      #expect(bothWhole.ids.prefix(bothWhole.pairStart).elementsEqual(whole.ids))
    }
  }

  @Test("A maximum too small for any text still leaves the special tokens")
  func tinyMaximum() throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: true)
    for maximum in [0, 1, 2] {
      #expect(tokenizer.encode("the man", maximumLength: maximum).ids == [2, 3])
      #expect(tokenizer.encode("the man", "the", maximumLength: maximum).ids == [2, 3, 3])
    }
  }

  @Test("Ids are appended after what is there")
  func appending() throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: true)
    var ids: [Int32] = [-7]
    tokenizer.appendIDs(of: "the man", to: &ids)
    tokenizer.appendIDs(of: "[MASK]".utf8, to: &ids)
    tokenizer.appendIDs(of: Array("the".utf8).span, to: &ids)
    let words = ["the", "man", "[MASK]", "the"].compactMap(tokenizer.vocabulary.id(of:))
    #expect(ids == [-7] + words)
  }

  @Test("A lazy collection without contiguous storage is read as well")
  func scatteredBytes() throws {
    let tokenizer = Tokenizer(vocabulary: try Fixtures.vocabulary(), lowercases: true)
    let text = Array("Unaffable café".utf8)
    #expect(
      tokenizer.pieces(of: Array(text.reversed()).reversed() as ReversedCollection)
        == tokenizer.pieces(of: text))
  }
}
