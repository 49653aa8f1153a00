/// What a tokenizer makes of a text or a pair of texts.
public struct TextEncoding: Sendable {
  /// One a token, with the special tokens.
  public var ids: [Int32]
  /// One a token: 0 in the first text, 1 in the second.
  public var segments: [Int32]
  /// The first token of the second text; the number of tokens if there is none.
  public var pairStart: Int
  public var isTruncated: Bool

  public init(ids: [Int32], segments: [Int32], pairStart: Int, isTruncated: Bool) {
    self.ids = ids
    self.segments = segments
    self.pairStart = pairStart
    self.isTruncated = isTruncated
  }
}

/// Turns texts into token ids.
public protocol TextEncoder: Sendable {
  /// - Parameter maximumLength: the most tokens that the result may have, special tokens included.
  func encode(_ text: String, _ pair: String?, maximumLength: Int) -> TextEncoding
}
