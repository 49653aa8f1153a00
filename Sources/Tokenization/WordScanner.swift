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
  /// A word is lent as normalised UTF-8 of at least one byte, in memory that can be read for 16 bytes. One of more than
  /// `WordBuffer.maximumBytes` bytes is not complete. `trace`, if there is one, then says where the word, or the special
  /// token's first byte, comes from.
  @inline(__always)
  func scan(
    _ text: UnsafeBufferPointer<UInt8>, trace: UnsafeMutablePointer<WordTrace>? = nil,
    word: (_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Void,
    special: (_ id: Int32) -> Void
  ) {
    guard let start = text.baseAddress else { return }
    let end = text.count
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WordBuffer.capacity) { memory in
      guard let base = memory.baseAddress else { return }
      var buffer = WordBuffer(base, trace: trace)
      byteActions.withUnsafeBufferPointer { actions in
        var place = 0
        while place < end {
          let byte = start[place]
          let action = actions[Int(byte)]
          if action >= ByteAction.firstWordByte {
            if trace != nil { buffer.place = place }
            place += buffer.append(start + place, end - place, actions)
            continue
          }
          if action == ByteAction.beyondASCII {
            if trace != nil { buffer.place = place }
            place += scanScalar(start + place, end - place, &buffer, word)
            continue
          }
          if action != ByteAction.remove, buffer.count > 0 {
            word(base, buffer.count)
            buffer.clear()
          }
          if action != ByteAction.remove { trace?.pointee.note(place, of: 0) }
          place += 1
          if action == ByteAction.isolate {
            base[0] = byte
            word(base, 1)
          } else if action == ByteAction.bracket {
            if let token = specialToken(start + place - 1, end - place + 1) {
              special(token.id)
              place += token.bytes.count - 1
            } else {
              base[0] = byte
              word(base, 1)
            }
          }
        }
        if buffer.count > 0 { word(base, buffer.count) }
      }
    }
  }

  private func specialToken(
    _ bytes: UnsafePointer<UInt8>, _ available: Int
  ) -> (bytes: [UInt8], id: Int32)? {
    specialTokens.first { token in
      token.bytes.count <= available && token.bytes.indices.allSatisfy { bytes[$0] == token.bytes[$0] }
    }
  }

  /// Treats the scalar at `bytes`, which is not ASCII, and returns how many bytes it took.
  @inline(never)
  private func scanScalar(
    _ bytes: UnsafePointer<UInt8>, _ available: Int, _ buffer: inout WordBuffer,
    _ word: (_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Void
  ) -> Int {
    var length = 1
    // One byte of a malformed sequence is dropped; those after it are looked at anew, and dropped as well.
    guard let scalar = decodeScalar(bytes, available, &length) else { return 1 }
    func endWord() {
      if buffer.count > 0 {
        word(buffer.bytes, buffer.count)
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
