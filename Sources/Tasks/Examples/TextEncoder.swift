import Tokenization

/// Turns texts into token ids.
public protocol TextEncoder: Sendable {
  /// - Parameters:
  ///   - maximumLength: the most tokens that the result may have, special tokens included.
  ///   - tracing: whether the result has `sources`.
  func encode(_ text: String, _ pair: String?, maximumLength: Int, tracing: Bool) -> Encoding

  /// How tokens are hidden in what it makes; nil where its vocabulary has no [MASK].
  var masking: TokenMasking? { get }
}

extension TextEncoder {
  public var masking: TokenMasking? { nil }
}
