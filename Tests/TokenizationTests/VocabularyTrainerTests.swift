import Testing
import Tokenization

@Suite("Vocabulary trainer")
struct VocabularyTrainerTests {
  /// Tokens that every uncased vocabulary begins with: specials, printable ASCII without capitals, continuations.
  static let baseCount = 5 + 68 + 36

  private func train(
    _ lines: [String], size: Int, minimumFrequency: Int = 2, lowercases: Bool = true,
    alphabetLimit: Int = 1000
  ) throws -> [String] {
    var trainer = VocabularyTrainer(
      size: size, minimumFrequency: minimumFrequency, lowercases: lowercases, alphabetLimit: alphabetLimit)
    for line in lines { trainer.add(line) }
    let vocabulary = try trainer.train()
    return (0..<Int32(vocabulary.count)).map(vocabulary.token(of:))
  }

  @Test("Special tokens and ASCII come first, in order")
  func beginning() throws {
    let tokens = try train([], size: 1_000)
    #expect(tokens.count == Self.baseCount)
    #expect(tokens.prefix(7) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!", "\""])
    #expect(tokens.suffix(2) == ["##y", "##z"])
    #expect(!tokens.contains("A"))
    #expect(!tokens.contains("##!"))
    #expect(try train([], size: 1_000, lowercases: false).contains("##A"))
  }

  @Test("The most frequent pair is joined first, and equals by the smaller ids")
  func merges() throws {
    // Counts of pairs: (##u, ##g) 20, (h, ##u) 15, (##u, ##n) 16, (p, ##u) 17; worked by hand after Sennrich et al.
    let text = ["hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5]
      .sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value) }
    let tokens = try train([text.joined(separator: " ")], size: Self.baseCount + 4)
    #expect(tokens.suffix(4) == ["##ug", "##un", "hug", "pun"])
    // Both pairs occur twice; c has the smaller id.
    #expect(try train(["xy cd xy cd"], size: Self.baseCount + 1).last == "cd")
  }

  @Test("Merges stop at the minimum frequency")
  func minimumFrequency() throws {
    #expect(try train(["ab ab cd"], size: 1_000).suffix(2) == ["##z", "ab"])
    #expect(try train(["ab ab cd"], size: 1_000, minimumFrequency: 3).last == "##z")
    #expect(try train(["ab ab cd"], size: 1_000, minimumFrequency: 1).suffix(2) == ["ab", "cd"])
  }

  @Test("Characters beyond ASCII come in by frequency, CJK only as beginnings")
  func alphabet() throws {
    let lines = ["ж ж ж ж 中中中 ы ы"]
    let all = try train(lines, size: 1_000)
    #expect(all.count == Self.baseCount + 5)
    #expect(all.contains("中") && !all.contains("##中") && all.contains("##ж") && all.contains("##ы"))
    let limited = try train(lines, size: 1_000, alphabetLimit: 1)
    #expect(limited.count == Self.baseCount + 2)
    #expect(limited.contains("ж") && !limited.contains("中"))
    #expect(try train(lines, size: Self.baseCount + 3).count == Self.baseCount + 3)
  }

  @Test("Repeated letters, special tokens and overlong words are handled")
  func oddWords() throws {
    let tokens = try train(
      ["aaaa aaaa aaaaa [SEP][SEP] [MASK]", String(repeating: "q", count: 101)], size: 1_000)
    // Pairs of ##a: 2 + 2 + 3; then (a, ##aa) 3; then (aaa, ##a) 2, whose aaaa leaves (aaa, ##aa) one occurrence.
    #expect(tokens.dropFirst(Self.baseCount) == ["##aa", "aaa", "aaaa"])
  }

  @Test("Composed and decomposed letters stay apart in cased training")
  func canonicalEquivalents() throws {
    let tokens = try train(["caf\u{E9} caf\u{E9} cafe\u{301} cafe\u{301}"], size: 1_000, lowercases: false)
    let bytes = tokens.map { Array($0.utf8) }
    #expect(bytes.contains(Array("caf\u{E9}".utf8)))
    #expect(bytes.contains(Array("cafe\u{301}".utf8)))
    #expect(Set(bytes).count == bytes.count)
  }

  @Test("The vocabulary does not depend on the order of the lines, keeps its size, and spells its corpus")
  func corpus() throws {
    let words = (0..<Int32(try Fixtures.vocabulary().count)).map(try Fixtures.vocabulary().token(of:))
      .filter { !$0.hasPrefix("[") && !$0.hasPrefix("##") }
    var state: UInt64 = 3
    let lines = (0..<2_000).map { _ in
      (0..<8).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = Double(state >> 33) / Double(1 << 31)
        return words[Int(place * place * Double(words.count))]
      }.joined(separator: " ")
    }
    let tokens = try train(lines, size: 700)
    #expect(tokens.count == 700)
    #expect(Set(tokens.map { Array($0.utf8) }).count == 700)
    #expect(try train(lines.reversed(), size: 700) == tokens)

    let tokenizer = Tokenizer(vocabulary: try Vocabulary(tokens: tokens), lowercases: true)
    let pieces = lines.flatMap { tokenizer.pieces(of: $0) }
    let unknown = pieces.count { $0 == "[UNK]" }
    #expect(Double(unknown) < 0.05 * Double(pieces.count))
    let larger = Tokenizer(
      vocabulary: try Vocabulary(tokens: try train(lines, size: 1_500)), lowercases: true)
    #expect(lines.flatMap { larger.pieces(of: $0) }.count < pieces.count)
  }

  @Test("A size with no room for the alphabet is refused with the size that is needed")
  func tooSmall() {
    #expect(throws: VocabularyError.sizeTooSmall(size: 50, needed: Self.baseCount)) {
      try train([], size: 50)
    }
  }
}
