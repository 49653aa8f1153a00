import Foundation

/// A WordPiece vocabulary: tokens numbered from 0, as the lines of BERT's `vocab.txt`.
///
/// Tokens that begin with `##` continue a word, the others begin one.
public struct Vocabulary: Sendable, Equatable {
  /// How many tokens there are.
  public let count: Int
  /// The id of `[PAD]`.
  public let paddingID: Int32
  /// The id of `[UNK]`, which stands for a word that the vocabulary cannot spell.
  public let unknownID: Int32
  /// The id of `[CLS]`, which begins every input.
  public let classificationID: Int32
  /// The id of `[SEP]`, which ends every text.
  public let separatorID: Int32
  /// The id of `[MASK]`, where the vocabulary has it.
  public let maskID: Int32?

  /// All tokens, each followed by a line feed.
  private let text: [UInt8]
  /// Where each token begins in `text`, and the end of `text`.
  private let starts: [Int]
  let pieces: PieceIndex

  /// Reads a file of one token a line; a line's number, from 0, is its token's id.
  ///
  /// Lines end in LF or CR LF; a byte order mark is skipped. Where a token stands twice, the last line counts, as in
  /// Hugging Face's loader.
  public init(contentsOf url: URL) throws(VocabularyError) {
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw .unreadable(
        path: url.path,
        reason: FileManager.default.fileExists(atPath: url.path)
          ? "it is a folder, or may not be read" : "there is no such file")
    }
    try self.init(file: Array(data), source: url.path)
  }

  /// Takes the bytes of a vocabulary file.
  public init(serialized bytes: [UInt8]) throws(VocabularyError) {
    try self.init(file: bytes, source: "vocabulary")
  }

  /// Takes tokens in the order of their ids.
  public init(tokens: [String]) throws(VocabularyError) {
    var text: [UInt8] = []
    for (id, token) in tokens.enumerated() {
      if token.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) { throw .lineBreak(id: id) }
      text.append(contentsOf: token.utf8)
      text.append(0x0A)
    }
    try self.init(file: text, source: "vocabulary")
  }

  private init(file: [UInt8], source: String) throws(VocabularyError) {
    var text: [UInt8] = []
    text.reserveCapacity(file.count + 1)
    var starts = [0]
    var rest = file[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      var line = rest[..<end]
      if line.last == 0x0D { line.removeLast() }
      guard isUTF8(line) else {
        throw .notUTF8(source: source, line: starts.count)
      }
      text.append(contentsOf: line)
      text.append(0x0A)
      starts.append(text.count)
      rest = rest[end...].dropFirst()
    }

    let count = starts.count - 1
    let pieces = PieceIndex(text: text, starts: starts)
    func require(_ token: StaticString) throws(VocabularyError) -> Int32 {
      if let id = pieces.id(of: Array("\(token)".utf8)) { return id }
      throw .missingSpecialToken(source: source, token: "\(token)", count: count)
    }
    self.count = count
    paddingID = try require("[PAD]")
    unknownID = try require("[UNK]")
    classificationID = try require("[CLS]")
    separatorID = try require("[SEP]")
    maskID = pieces.id(of: Array("[MASK]".utf8))
    self.text = text
    self.starts = starts
    self.pieces = pieces
  }

  /// The token of an id in `0..<count`.
  public func token(of id: Int32) -> String {
    String(decoding: text[starts[Int(id)]..<starts[Int(id) + 1] - 1], as: UTF8.self)
  }

  /// The bytes of a token, `##` included.
  func length(of id: Int32) -> Int { starts[Int(id) + 1] - 1 - starts[Int(id)] }

  /// The id of a token as it is written in the vocabulary, `##` included.
  public func id(of token: String) -> Int32? {
    pieces.id(of: Array(token.utf8))
  }

  /// The bytes of the vocabulary's file: one token a line, in UTF-8, each line ended by LF.
  public var serialized: [UInt8] { text }

  /// The special tokens that are recognised in a text, and their ids.
  var specialTokens: [(bytes: [UInt8], id: Int32)] {
    var tokens: [(bytes: [UInt8], id: Int32)] = []
    for id in [paddingID, unknownID, classificationID, separatorID] + (maskID.map { [$0] } ?? []) {
      tokens.append((Array(token(of: id).utf8), id))
    }
    return tokens
  }

  public static func == (left: Vocabulary, right: Vocabulary) -> Bool { left.text == right.text }
}

private func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
  let bytes = bytes.span
  var place = 0
  while place < bytes.count {
    var length = 0
    guard decodeScalar(bytes, place..<bytes.count, &length) != nil else { return false }
    place += length
  }
  return true
}
