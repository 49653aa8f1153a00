import Foundation
import Tensors
import Testing
import Tokenization
import Training

/// Folders with a `tokenizer.json` and no `vocab.txt`, as newer versions of `transformers` save them.
@Suite struct TokenizerFileTests {
  /// The file of the test model's vocabulary, with one piece of its text replaced.
  static func text(replacing old: String = "", with new: String = "") -> String {
    let vocabulary = TestModel.tokens.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    let text = """
      {
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{"id": 0, "content": "[PAD]", "special": true}, {"id": 4, "content": "[MASK]"}],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {
          "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 100, "vocab": {\(vocabulary)}
        }
      }
      """
    return old.isEmpty ? text : text.replacing(old, with: new)
  }

  static func withFolder(_ text: String, _ body: (URL) throws -> Void) throws {
    try ModelFolderTests.withFolder(try TestModel.make(tasks: [])) { folder in
      try FileManager.default.removeItem(at: folder.appendingPathComponent("vocab.txt"))
      try FileManager.default.removeItem(at: folder.appendingPathComponent("tokenizer_config.json"))
      try AtomicFile.write(text, to: folder.appendingPathComponent("tokenizer.json"))
      try body(folder)
    }
  }

  @Test("The vocabulary and lower-casing come from tokenizer.json when there is no other file")
  func vocabulary() throws {
    try Self.withFolder(Self.text()) { folder in
      let tokenizer = try ModelFolder(folder).tokenizer
      #expect(try tokenizer.vocabulary == Vocabulary(tokens: TestModel.tokens))
      #expect(tokenizer.lowercases)
      #expect(tokenizer.encode("The LAMPS").ids == [2, 5, 6, 7, 3])
      // A vocab.txt goes first.
      let list = TestModel.tokens + ["more"]
      try AtomicFile.write(list.joined(separator: "\n"), to: folder.appendingPathComponent("vocab.txt"))
      #expect(try ModelFolder(folder).tokenizer.vocabulary.count == 13)
    }
  }

  @Test("Ids may stand in any order")
  func order() throws {
    let text = Self.text(replacing: "\"[PAD]\": 0, \"[UNK]\": 1,", with: "\"[UNK]\": 1, \"[PAD]\": 0,")
    try Self.withFolder(text) { folder in
      let vocabulary = try ModelFolder(folder).tokenizer.vocabulary
      #expect(vocabulary.token(of: 1) == "[UNK]" && vocabulary.paddingID == 0)
    }
  }

  @Test(
    "A tokenizer that is not BERT's WordPiece is refused by name",
    arguments: [
      ("\"WordPiece\"", "\"BPE\"", "model.type: the text \"BPE\" is not supported, expected \"WordPiece\""),
      ("\"type\": \"WordPiece\",", "", "model.type: is missing, expected \"WordPiece\""),
      (
        "max_input_chars_per_word\": 100", "max_input_chars_per_word\": 200",
        "model.max_input_chars_per_word: the number 200 is not supported, expected 100"
      ),
      (
        "prefix\": \"##\"", "prefix\": \"@@\"",
        "model.continuing_subword_prefix: the text \"@@\" is not supported, expected \"##\""
      ),
      (
        "token\": \"[UNK]\"", "token\": \"<unk>\"",
        "model.unk_token: the text \"<unk>\" is not supported, expected \"[UNK]\""
      ),
      (
        "\"BertNormalizer\"", "\"NFC\"",
        "normalizer.type: the text \"NFC\" is not supported, expected \"BertNormalizer\""
      ),
      (
        "\"BertPreTokenizer\"", "\"Whitespace\"",
        "pre_tokenizer.type: the text \"Whitespace\" is not supported, expected \"BertPreTokenizer\""
      ),
      ("\"vocab\"", "\"vocabulary\"", "model.vocab: is missing, expected an object of tokens and their ids"),
      (
        "\"lamp\": 6", "\"lamp\": 5",
        "model.vocab: \"lamp\" has as its id the number 5, expected each number from 0 to 11 once"
      ),
      (
        "\"lamp\": 6", "\"lamp\": 12",
        "model.vocab: \"lamp\" has as its id the number 12, expected each number from 0 to 11 once"
      ),
      (
        "\"lamp\": 6", "\"lamp\": -1",
        "model.vocab: \"lamp\" has as its id the number -1, expected each number from 0 to 11 once"
      ),
      (
        "\"lamp\": 6", "\"lamp\": null",
        "model.vocab: \"lamp\" has as its id null, expected each number from 0 to 11 once"
      ),
      (
        "{\"id\": 4, \"content\": \"[MASK]\"}", "{\"id\": 12, \"content\": \"<user>\"}",
        "added_tokens: the text \"<user>\" is not in model.vocab under the same id, which is not supported"
      ),
      ("\"[SEP]\"", "\"</s>\"", "model.vocab: vocabulary: [SEP] is not among its 12 tokens"),
      ("\"glow\"", "\"gl\\now\"", "model.vocab: token 8 of the vocabulary holds a line break"),
      (
        "\"glow\"", "\"lamp\"",
        "not valid JSON: line 8: found \"lamp\" a second time, expected each name once"
      ),
    ])
  func refusals(old: String, new: String, problem: String) throws {
    try Self.withFolder(Self.text(replacing: old, with: new)) { folder in
      let error = #expect(throws: HuggingFaceConfigurationError.self) { try ModelFolder(folder) }
      let file = folder.appendingPathComponent("tokenizer.json").path
      #expect(error?.description.hasPrefix("\(file): \(problem)") == true, "\(error?.description ?? "")")
    }
  }

  @Test("MiniLM's tokenizer.json holds the vocabulary of its vocab.txt")
  func miniLM() throws {
    guard let folder = MiniLMFixture.encoderFolder else { return }
    let expected = try Vocabulary(contentsOf: folder.appendingPathComponent("vocab.txt"))
    try FixtureFiles.withScratchFolder { copy in
      for name in ["config.json", "tokenizer.json"] {
        try FileManager.default.copyItem(
          at: folder.appendingPathComponent(name), to: copy.appendingPathComponent(name))
      }
      let read = try ModelFolder(copy)
      #expect(read.tokenizer.vocabulary == expected && read.tokenizer.lowercases)
    }
  }
}
