/// The input of an encoder: token ids with BERT's special tokens, `[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]`.
public struct Encoding: Sendable, Equatable {
  /// Token ids.
  public var ids: [Int32]
  /// For each id, 0 up to the first text's `[SEP]` and 1 after it.
  public var segments: [Int32]
  /// The index of the second text's first token; the count of ids when there is one text.
  public var pairStart: Int
  /// For each id the bytes of its text that it stands for, counted from where that text begins; empty for the special
  /// tokens around texts. Nil unless asked for.
  public var sources: [Range<Int>]?
  /// Whether tokens of a text were left out to keep within the maximum length.
  public var isTruncated: Bool

  public init(
    ids: [Int32], segments: [Int32], pairStart: Int, isTruncated: Bool, sources: [Range<Int>]? = nil
  ) {
    self.ids = ids
    self.segments = segments
    self.pairStart = pairStart
    self.isTruncated = isTruncated
    self.sources = sources
  }

  /// How many tokens of each of two texts fit in a budget, taking from the longer first.
  ///
  /// The result is that of Hugging Face's `truncation="longest_first"`: the shorter text is left whole when it takes no
  /// more than half of the budget; else both get half, and an odd token goes to the longer, or to the second of equals.
  package static func longestFirst(_ first: Int, _ second: Int, budget: Int) -> (first: Int, second: Int) {
    guard first + second > budget else { return (first, second) }
    let shorter = min(first, second)
    let half = budget / 2
    let parts = shorter <= half ? (shorter, budget - shorter) : (half, budget - half)
    return first > second ? (parts.1, parts.0) : parts
  }
}
