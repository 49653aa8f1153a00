/// Where the bytes of the word that is being read come from.
struct WordTrace {
  /// For each byte of the word, the place in the text of the scalar that it was made of.
  private var origins = [Int](repeating: 0, count: WordBuffer.capacity)
  /// The last place of the word, also of one too long to be held.
  private var last = 0

  mutating func note(_ place: Int, of byte: Int) {
    origins[byte] = place
    last = place
  }

  /// The stretch of the text that the whole word comes from.
  func source(in text: Span<UInt8>) -> Range<Int> { origins[0]..<end(of: last, in: text) }

  /// The stretch of the text that some bytes of the word come from. Where marks are put into canonical order, their
  /// places stay in the order of the text.
  func source(of bytes: Range<Int>, in text: Span<UInt8>) -> Range<Int> {
    origins[bytes.lowerBound]..<end(of: origins[bytes.upperBound - 1], in: text)
  }

  /// Where the scalar ends that begins at `place`.
  private func end(of place: Int, in text: Span<UInt8>) -> Int {
    switch text[place] {
    case ..<0xC0: place + 1
    case ..<0xE0: place + 2
    case ..<0xF0: place + 3
    default: place + 4
    }
  }
}
