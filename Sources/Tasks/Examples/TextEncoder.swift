import Tokenization

/// Turns texts into token ids.
public protocol TextEncoder: Sendable {
  /// - Parameter maximumLength: the most tokens that the result may have, special tokens included.
  func encode(_ text: String, _ pair: String?, maximumLength: Int) -> Encoding
}
