import Tasks
import Tokenization

/// The tokenizer as task data needs it.
struct TokenizerEncoder: TextEncoder {
  let tokenizer: Tokenizer

  var masking: TokenMasking? {
    let vocabulary = tokenizer.vocabulary
    guard let mask = vocabulary.maskID else { return nil }
    return TokenMasking(
      maskID: mask,
      specialIDs: [
        mask, vocabulary.paddingID, vocabulary.unknownID, vocabulary.classificationID, vocabulary.separatorID,
      ], vocabularySize: vocabulary.count)
  }

  func encode(_ text: String, _ pair: String?, maximumLength: Int, tracing: Bool) -> Encoding {
    guard let pair else { return tokenizer.encode(text, maximumLength: maximumLength, tracing: tracing) }
    return tokenizer.encode(text, pair, maximumLength: maximumLength, tracing: tracing)
  }
}
