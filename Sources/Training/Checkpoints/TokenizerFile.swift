import Tasks
import Tokenization
import Wording

/// The `tokenizer.json` of a Hugging Face folder. Newer folders have no other file with the vocabulary.
struct TokenizerFile {
  private let settings: SettingsFile

  /// - Throws: `HuggingFaceConfigurationError` when the file is not JSON.
  init(_ bytes: [UInt8], file: String) throws { settings = try SettingsFile(bytes, file: file) }

  /// Whether the normaliser lower-cases, where it says so.
  var isLowercase: Bool? { settings["normalizer"]?["lowercase"]?.flag }

  /// The vocabulary, with the ids of the file.
  ///
  /// - Throws: `HuggingFaceConfigurationError` for a tokenizer that is not BERT's or whose ids are not 0 to n − 1.
  func vocabulary() throws -> Vocabulary {
    try require("normalizer", "type", is: "BertNormalizer")
    try require("pre_tokenizer", "type", is: "BertPreTokenizer")
    try require("model", "type", is: "WordPiece")
    try require("model", "unk_token", is: "[UNK]")
    try require("model", "continuing_subword_prefix", is: "##")
    let longest = settings["model"]?["max_input_chars_per_word"]
    if let longest, longest.integer != 100 {
      throw settings.failure(
        "model.max_input_chars_per_word", "\(longest.summary) is not supported, expected 100")
    }
    let tokens = try tokens()
    try checkAddedTokens(tokens)
    do {
      return try Vocabulary(tokens: tokens)
    } catch {
      throw settings.failure("model.vocab", "\(error)")
    }
  }

  private func require(_ object: String, _ member: String, is expected: String) throws {
    let found = settings[object]?[member]
    guard found?.string == expected else {
      throw settings.failure(
        "\(object).\(member)",
        "\(found.map { "\($0.summary) is not supported" } ?? "is missing"), expected \(quoted(expected))")
    }
  }

  private func tokens() throws -> [String] {
    guard let members = settings["model"]?["vocab"]?.members else {
      throw settings.failure("model.vocab", "is missing, expected an object of tokens and their ids")
    }
    var tokens = [String?](repeating: nil, count: members.count)
    for member in members {
      guard let id = member.value.integer, tokens.indices.contains(id), tokens[id] == nil else {
        throw settings.failure(
          "model.vocab",
          "\(quoted(member.name)) has as its id \(member.value.summary),"
            + " expected each number from 0 to \(members.count - 1) once")
      }
      tokens[id] = member.name
    }
    return tokens.compactMap { $0 }
  }

  /// Tokens that were added to a tokenizer stand beside its vocabulary; only those that are in it too are supported.
  private func checkAddedTokens(_ tokens: [String]) throws {
    for token in settings["added_tokens"]?.elements ?? [] {
      guard let text = token["content"]?.string, let id = token["id"]?.integer, tokens.indices.contains(id),
        tokens[id] == text
      else {
        throw settings.failure(
          "added_tokens",
          "\(token["content"]?.summary ?? token.summary) is not in model.vocab under the same id,"
            + " which is not supported")
      }
    }
  }
}
