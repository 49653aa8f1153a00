import Tasks
import Tokenization

/// The tokenizer as task data needs it.
struct TokenizerEncoder: TextEncoder {
  let tokenizer: Tokenizer

  func encode(_ text: String, _ pair: String?, maximumLength: Int) -> TextEncoding {
    let encoding =
      if let pair { tokenizer.encode(text, pair, maximumLength: maximumLength) } else {
        tokenizer.encode(text, maximumLength: maximumLength)
      }
    return TextEncoding(
      ids: encoding.ids, segments: encoding.segments, pairStart: encoding.pairStart,
      isTruncated: encoding.isTruncated)
  }
}
