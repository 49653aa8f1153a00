import Bytes

/// Makes a WordPiece vocabulary from text.
///
/// It joins, again and again, the two neighbouring pieces that occur together most often (byte-pair encoding: Sennrich,
/// Haddow and Birch, 2016, algorithm 1), with the pieces of a word after its first marked `##`; Hugging Face's WordPiece
/// trainer does the same. The original criterion, the gain in likelihood (Schuster and Nakajima, 2012), ranks pairs by
/// count(ab) / (count(a) count(b)); on small corpora that spends the vocabulary on rare words, because two pieces that
/// occur once, together, score highest. Counts need no guard against that.
///
/// The result depends on the words and their counts alone, not on the order of the text. Where two pairs occur equally
/// often, the one whose left piece has the smaller id is joined first, then the one whose right piece has.
public struct VocabularyTrainer: Sendable {
  /// BERT's special tokens, in BERT's order.
  static let specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  /// The most tokens that the vocabulary may have; it has fewer when no pair is frequent enough.
  public let size: Int
  /// How often two pieces must occur together to be joined, and a character beyond ASCII to be taken in.
  public let minimumFrequency: Int
  /// Whether text is lower-cased and stripped of accents.
  public let lowercases: Bool
  /// The most characters beyond ASCII that are taken in, the most frequent first.
  public let alphabetLimit: Int

  private let scanner: WordScanner
  private var words = WordCounts()

  public init(
    size: Int, minimumFrequency: Int = 2, lowercases: Bool = true, alphabetLimit: Int = 1000
  ) {
    self.size = size
    self.minimumFrequency = max(minimumFrequency, 1)
    self.lowercases = lowercases
    self.alphabetLimit = alphabetLimit
    scanner = WordScanner(
      lowercases: lowercases, specialTokens: Self.specialTokens.map { (Array($0.utf8), 0) })
  }

  /// Counts the words of a text, of any number of lines. A word of more than 100 characters is left out: it could never
  /// be encoded.
  public mutating func add(_ text: some StringProtocol) { add(text.utf8) }

  /// Counts the words of a text in UTF-8; bytes that are not UTF-8 are skipped.
  public mutating func add(_ text: some Collection<UInt8>) {
    text.withSpan { count($0) }
  }

  private mutating func count(_ text: Span<UInt8>) {
    var words = WordCounts()
    swap(&words, &self.words)
    scanner.scan(text) { word in
      if !word.isTooLong { words.add(word.bytes.span.extracting(first: word.count)) }
    } special: { _, _ in
    }
    swap(&words, &self.words)
  }

  /// Makes the vocabulary: the special tokens; the characters, by scalar value, first as beginnings of words, then as
  /// continuations; then the joined pieces in the order in which they were found.
  ///
  /// All printable ASCII characters (without capitals, when these are lower-cased) are always there, so that English
  /// text can be spelled whatever the corpus. A word with a character that found no place teaches nothing.
  public func train() throws(VocabularyError) -> Vocabulary {
    let words = words.sorted()
    var tokens = Self.specialTokens
    let alphabet = try alphabet(of: words)
    tokens += alphabet.map { String($0) }
    tokens += alphabet.filter { !scanner.isolates($0.value) }.map { "##" + String($0) }

    var merger = PairMerger(tokens: tokens.map { Array($0.utf8) })
    for (word, count) in words { merger.add(word: word, count: count) }
    merger.merge(upTo: size, minimumFrequency: minimumFrequency)
    return try Vocabulary(tokens: merger.tokens.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The characters to begin with, in the order of their scalar values.
  private func alphabet(of words: [(word: String, count: Int)]) throws(VocabularyError) -> [Unicode.Scalar] {
    var counts: [Unicode.Scalar: Int] = [:]
    for (word, count) in words {
      for scalar in word.unicodeScalars where !scalar.isASCII { counts[scalar, default: 0] += count }
    }
    var alphabet = (0x21..<0x7F).map { Unicode.Scalar(UInt8($0)) }
    if lowercases { alphabet.removeAll { ("A"..."Z").contains($0) } }
    func places(_ scalar: Unicode.Scalar) -> Int { scanner.isolates(scalar.value) ? 1 : 2 }
    var taken = Self.specialTokens.count + alphabet.reduce(0) { $0 + places($1) }
    if taken > size { throw .sizeTooSmall(size: size, needed: taken) }

    let others = counts.filter { $0.value >= minimumFrequency }
      .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    for (scalar, _) in others.prefix(max(alphabetLimit, 0)) where taken + places(scalar) <= size {
      alphabet.append(scalar)
      taken += places(scalar)
    }
    return alphabet.sorted()
  }
}
