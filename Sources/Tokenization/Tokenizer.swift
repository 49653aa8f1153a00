import Bytes

/// BERT's tokenizer: text to WordPiece ids, the same as Hugging Face's `BertTokenizerFast` gives.
///
/// Text is cleaned of control characters, split at white space, punctuation and around CJK ideographs; an uncased
/// tokenizer also lower-cases it and strips accents. Each word is then spelled with the longest pieces of the vocabulary
/// from left to right, or is `[UNK]` when that fails or it has more than 100 characters.
///
/// As in Hugging Face's fast tokenizers, a special token that is typed in the text (`[SEP]`, `[MASK]`; exactly so, in
/// capitals) becomes the special token itself. Bytes that are not UTF-8 are dropped, as the reference drops the U+FFFD
/// that a decoder puts there. Unicode classes are the reference's, whatever the system's version of Unicode.
public struct Tokenizer: Sendable {
  public let vocabulary: Vocabulary
  /// Whether text is lower-cased and stripped of accents.
  public let lowercases: Bool
  private let scanner: WordScanner

  public init(vocabulary: Vocabulary, lowercases: Bool) {
    self.vocabulary = vocabulary
    self.lowercases = lowercases
    scanner = WordScanner(lowercases: lowercases, specialTokens: vocabulary.specialTokens)
  }

  /// Appends the ids of a text's pieces, without special tokens around them.
  public func appendIDs(of text: Span<UInt8>, to ids: inout [Int32]) {
    let unknown = vocabulary.unknownID
    let words = vocabulary.pieces.words.span
    let edges = vocabulary.pieces.edges.span
    let pieceIDs = vocabulary.pieces.ids.span
    scanner.scan(text) { word in
      PieceIndex.append(&word, unknown: unknown, words, edges, pieceIDs, to: &ids)
    } special: { id, _ in
      ids.append(id)
    }
  }

  /// Appends the ids of a text's pieces, without special tokens around them, and for each the bytes of the text that it
  /// stands for: from the first scalar to the last of which something is in the piece. Hugging Face calls these offsets,
  /// and counts scalars.
  public func appendIDs(of text: Span<UInt8>, to ids: inout [Int32], sources: inout [Range<Int>]) {
    let unknown = vocabulary.unknownID
    let words = vocabulary.pieces.words.span
    let edges = vocabulary.pieces.edges.span
    let pieceIDs = vocabulary.pieces.ids.span
    scanner.scan(text, trace: WordTrace()) { word in
      guard let trace = word.trace else { return }
      let first = ids.count
      PieceIndex.append(&word, unknown: unknown, words, edges, pieceIDs, to: &ids)
      if ids.count == first + 1 { return sources.append(trace.source(in: text)) }
      var start = 0
      for id in ids[first...] {
        // All but the first begin with ##.
        let end = start + vocabulary.length(of: id) - (start > 0 ? 2 : 0)
        sources.append(trace.source(of: start..<end, in: text))
        start = end
      }
    } special: { id, place in
      ids.append(id)
      sources.append(place..<place + vocabulary.length(of: id))
    }
  }

  /// Appends the ids of a text's pieces, without special tokens around them. The text need not be valid UTF-8.
  public func appendIDs(of text: some Collection<UInt8>, to ids: inout [Int32]) {
    text.withSpan { appendIDs(of: $0, to: &ids) }
  }

  /// Appends the ids of a text's pieces, without special tokens around them.
  public func appendIDs(of text: some StringProtocol, to ids: inout [Int32]) {
    appendIDs(of: text.utf8, to: &ids)
  }

  /// The pieces of a text, as the vocabulary writes them.
  public func pieces(of text: some StringProtocol) -> [String] {
    pieces(of: text.utf8)
  }

  /// The pieces of a text, as the vocabulary writes them.
  public func pieces(of text: some Collection<UInt8>) -> [String] {
    var ids: [Int32] = []
    appendIDs(of: text, to: &ids)
    return ids.map(vocabulary.token(of:))
  }

  /// The words of a text in normalised UTF-8, before they are split into pieces; special tokens as they are.
  package func words(of text: some Collection<UInt8>) -> [[UInt8]] {
    var words: [[UInt8]] = []
    text.withSpan { text in
      scanner.scan(text) { word in
        words.append((0..<word.count).map { word.bytes[$0] })
      } special: { id, _ in
        words.append(Array(vocabulary.token(of: id).utf8))
      }
    }
    return words
  }
}

extension Tokenizer {
  /// `[CLS] text [SEP]`, of at most `maximumLength` ids; the end of the text is cut off when it does not fit.
  ///
  /// The two special tokens are always there, even with a smaller maximum.
  ///
  /// - Parameter tracing: whether the result has `sources`.
  public func encode(
    _ text: some StringProtocol, maximumLength: Int = .max, tracing: Bool = false
  ) -> Encoding {
    encode(text.utf8, maximumLength: maximumLength, tracing: tracing)
  }

  /// `[CLS] text [SEP] pair [SEP]`, of at most `maximumLength` ids; the longer text is cut first, then both.
  ///
  /// The three special tokens are always there, even with a smaller maximum.
  ///
  /// - Parameter tracing: whether the result has `sources`.
  public func encode(
    _ text: some StringProtocol, _ pair: some StringProtocol, maximumLength: Int = .max, tracing: Bool = false
  ) -> Encoding {
    encode(text.utf8, pair.utf8, maximumLength: maximumLength, tracing: tracing)
  }

  /// `[CLS] text [SEP]` from UTF-8, see `encode(_:maximumLength:tracing:)` of a string.
  public func encode(
    _ text: some Collection<UInt8>, maximumLength: Int = .max, tracing: Bool = false
  ) -> Encoding {
    var ids = [vocabulary.classificationID]
    var sources: [Range<Int>]? = tracing ? [0..<0] : nil
    append(text, to: &ids, &sources)
    let excess = ids.count - 1 - max(maximumLength - 2, 0)
    if excess > 0 {
      ids.removeLast(excess)
      sources?.removeLast(excess)
    }
    ids.append(vocabulary.separatorID)
    sources?.append(0..<0)
    return Encoding(
      ids: ids, segments: Array(repeating: 0, count: ids.count), pairStart: ids.count,
      isTruncated: excess > 0,
      sources: sources)
  }

  /// `[CLS] text [SEP] pair [SEP]` from UTF-8, see `encode(_:_:maximumLength:tracing:)` of two strings.
  public func encode(
    _ text: some Collection<UInt8>, _ pair: some Collection<UInt8>, maximumLength: Int = .max,
    tracing: Bool = false
  ) -> Encoding {
    var ids = [vocabulary.classificationID]
    var sources: [Range<Int>]? = tracing ? [0..<0] : nil
    append(text, to: &ids, &sources)
    let first = ids.count - 1
    ids.append(vocabulary.separatorID)
    sources?.append(0..<0)
    append(pair, to: &ids, &sources)
    let second = ids.count - first - 2
    let kept = Encoding.longestFirst(first, second, budget: max(maximumLength - 3, 0))
    ids.removeLast(second - kept.second)
    ids.removeSubrange(1 + kept.first..<1 + first)
    ids.append(vocabulary.separatorID)
    sources?.removeLast(second - kept.second)
    sources?.removeSubrange(1 + kept.first..<1 + first)
    sources?.append(0..<0)
    let pairStart = kept.first + 2
    var segments = [Int32](repeating: 0, count: pairStart)
    segments.append(contentsOf: repeatElement(1, count: ids.count - pairStart))
    return Encoding(
      ids: ids, segments: segments, pairStart: pairStart, isTruncated: kept != (first, second),
      sources: sources)
  }

  private func append(
    _ text: some Collection<UInt8>, to ids: inout [Int32], _ sources: inout [Range<Int>]?
  ) {
    guard var traced = sources else { return appendIDs(of: text, to: &ids) }
    sources = nil
    text.withSpan { appendIDs(of: $0, to: &ids, sources: &traced) }
    sources = traced
  }
}
