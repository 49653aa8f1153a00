/// Reads UTF-8 and hands on BERT's words: cleaned, normalised, and split at white space, punctuation and CJK ideographs.
///
/// It does in one pass what Hugging Face's `BertNormalizer` and `BertPreTokenizer` do in several. Bytes that are not UTF-8 have
/// no effect: a decoder would put U+FFFD in their place, and the clean-up drops that.
struct WordScanner: Sendable {
  /// What a byte does: from `firstWordByte` on, it is the byte to append to the word; else one of these.
  private enum ByteAction {
    static let remove: UInt8 = 0
    static let space: UInt8 = 1
    static let isolate: UInt8 = 2
    static let bracket: UInt8 = 3
    static let beyondASCII: UInt8 = 4
    static let firstWordByte = WordBuffer.firstWordByte
  }

  private let table: ScalarTable
  private let byteActions: [UInt8]
  private let specialTokens: [(bytes: [UInt8], id: Int32)]

  /// - Parameter specialTokens: texts that are no words but found as they stand, in the text before normalisation, as
  ///   Hugging Face's fast tokenizers find their added special tokens. All begin with `[`.
  init(lowercases: Bool, specialTokens: [(bytes: [UInt8], id: Int32)]) {
    let table = lowercases ? ScalarTable.uncased : ScalarTable.cased
    self.table = table
    self.specialTokens = specialTokens
    byteActions = (0..<256).map { byte in
      guard byte < 0x80 else { return ByteAction.beyondASCII }
      let entry = table.entry(of: UInt32(byte))
      switch entry.action {
      case .keep: return UInt8(byte)
      case .map: return UInt8(entry.payload)
      case .space: return ByteAction.space
      case .isolate: return byte == 0x5B && !specialTokens.isEmpty ? ByteAction.bracket : ByteAction.isolate
      default: return ByteAction.remove
      }
    }
  }

  /// Calls `word` with each word and `special` with each special token's id, in the order of the text.
  ///
  /// A word has at least one byte. One of more than `WordBuffer.maximumBytes` bytes is not complete. `trace`, if there is one,
  /// comes back with the word and says where it comes from. A word is handed on where it lies, `inout`, as borrowing it would copy
  /// its bytes (Swift 6.3); `word` changes nothing. A special token comes with the place of its first byte.
  @inline(__always)
  func scan(
    _ text: Span<UInt8>, trace: WordTrace? = nil, word: (_ word: inout WordBuffer) -> Void,
    special: (_ id: Int32, _ place: Int) -> Void
  ) {
    let byteActions = byteActions
    let actions = byteActions.span
    var buffer = WordBuffer(trace: trace)
    var place = 0
    while place < text.count {
      let byte = text[place]
      let action = actions[Int(byte)]
      buffer.place = place
      if action >= ByteAction.firstWordByte {
        place += buffer.append(text, from: place, actions)
        continue
      }
      if action == ByteAction.beyondASCII {
        place += scanScalar(text, at: place, &buffer, word)
        continue
      }
      if action != ByteAction.remove, buffer.count > 0 {
        word(&buffer)
        buffer.clear()
      }
      if action == ByteAction.bracket, let token = specialToken(in: text, at: place) {
        special(token.id, place)
        place += token.bytes.count
        continue
      }
      if action == ByteAction.isolate || action == ByteAction.bracket {
        buffer.append(byte)
        word(&buffer)
        buffer.clear()
      }
      place += 1
    }
    if buffer.count > 0 { word(&buffer) }
  }

  private func specialToken(in text: Span<UInt8>, at place: Int) -> (bytes: [UInt8], id: Int32)? {
    specialTokens.first { token in
      token.bytes.count <= text.count - place
        && token.bytes.indices.allSatisfy { text[place + $0] == token.bytes[$0] }
    }
  }

  /// Treats the scalar at a place, which is not ASCII, and returns how many bytes it took.
  @inline(never)
  private func scanScalar(
    _ text: Span<UInt8>, at place: Int, _ buffer: inout WordBuffer, _ word: (inout WordBuffer) -> Void
  ) -> Int {
    var length = 1
    // One byte of a malformed sequence is dropped; those after it are looked at anew, and dropped as well.
    guard let scalar = decodeScalar(text, place..<text.count, &length) else { return 1 }
    func endWord() {
      if buffer.count > 0 {
        word(&buffer)
        buffer.clear()
      }
    }
    let entry = table.entry(of: scalar)
    switch entry.action {
    case .keep: buffer.append(scalar: scalar)
    case .remove: break
    case .removeStarter: buffer.setBarrier()
    case .space: endWord()
    case .isolate, .mapIsolated:
      endWord()
      buffer.append(scalar: entry.action == .isolate ? scalar : entry.payload)
      endWord()
    case .map: buffer.append(scalar: entry.payload)
    case .order: appendKept(scalar, to: &buffer)
    case .expand:
      let first = Int(entry.payload) + 1
      for index in first..<first + Int(table.sequences[first - 1]) {
        appendKept(table.sequences[index], to: &buffer)
      }
    case .hangul:
      let (block, third) = (scalar - 0xAC00).quotientAndRemainder(dividingBy: 28)
      buffer.append(scalar: 0x1100 + block / 21)
      buffer.append(scalar: 0x1161 + block % 21)
      if third > 0 { buffer.append(scalar: 0x11A7 + third) }
    }
    return length
  }

  private func appendKept(_ scalar: UInt32, to buffer: inout WordBuffer) {
    let entry = table.entry(of: scalar)
    guard entry.action == .order else { return buffer.append(scalar: scalar) }
    buffer.insert(scalar: scalar, combiningClass: entry.payload) { other in
      let entry = table.entry(of: other)
      return entry.action == .order ? entry.payload : 0
    }
  }

  /// Whether the scalar always stands as a word of its own.
  func isolates(_ scalar: UInt32) -> Bool { table.entry(of: scalar).action == .isolate }
}
