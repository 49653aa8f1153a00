import Bytes
import CommandLineOptions
import Foundation
import Tokenization
import Training

/// `braid tokenize`
enum TokenizeCommand {
  static let vocabulary = CommandOption<String?>.path(
    "vocab",
    help: "The vocabulary, one token a line; or the folder of a model, which also says whether it is cased.")
  static let cased = CommandOption<Bool>.flag(
    "cased", help: "Tell capitals from small letters, and accented letters from plain ones.")
  static let ids = CommandOption<Bool>.flag("ids", help: "Print ids instead of pieces.")
  static let special = CommandOption<Bool>.flagOn("special", help: "Leave out [CLS] and [SEP].")

  static let command = Command(
    "tokenize",
    summary: "Show the pieces that texts are split into",
    discussion: [
      "Reads a text a line, or two with a TAB between them. Prints the WordPiece tokens of each, as the encoder gets them, "
        + "with spaces between them."
    ],
    arguments: [TextStream.file], options: [OptionGroup("Options", vocabulary, cased, ids, special)],
    examples: [
      .init("echo 'Unbelievable!' | braid tokenize --vocab vocab/restaurant.txt", "The pieces of a text."),
      .init("braid tokenize --vocab minilm --ids sentences.txt", "The ids of the lines of a file."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    guard let path = invocation[vocabulary] else { throw UsageError.other("--vocab FILE is needed") }
    let tokenizer = try tokenizer(path, isCased: invocation[cased])
    let stream = try TextStream(invocation, form: .singleOrPair)
    let printsIDs = invocation[ids]
    let addsSpecials = invocation[special]
    try stream.forEachBatch(output: invocation.output) { texts in
      for text in texts {
        let ids = ids(of: text, tokenizer, addsSpecials: addsSpecials)
        let words = printsIDs ? ids.map { "\($0)" } : ids.map { tokenizer.vocabulary.token(of: $0) }
        invocation.output.write(words.joined(separator: " ") + "\n")
      }
    }
  }

  private static func ids(of text: InputText, _ tokenizer: Tokenizer, addsSpecials: Bool) -> [Int32] {
    guard addsSpecials else {
      var ids: [Int32] = []
      tokenizer.appendIDs(of: text.text, to: &ids)
      if let pair = text.pair { tokenizer.appendIDs(of: pair, to: &ids) }
      return ids
    }
    if let pair = text.pair { return tokenizer.encode(text.text, pair).ids }
    return tokenizer.encode(text.text).ids
  }

  private static func tokenizer(_ path: String, isCased: Bool) throws -> Tokenizer {
    let url = URL(fileURLWithPath: path)
    if FileStatus(path)?.isFolder == true {
      guard !isCased else {
        throw UsageError.other("--cased is for a vocabulary file; the folder says it itself")
      }
      return try ModelFolder(url).tokenizer
    }
    return Tokenizer(vocabulary: try Vocabulary(contentsOf: url), lowercases: !isCased)
  }
}
