/// The words of texts whose words are labelled.
public enum Words {
  /// The words of a text as data files have them: what stands between blanks. In bytes of UTF-8.
  public static func ranges(in text: some StringProtocol) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for (place, byte) in text.utf8.enumerated() {
      if byte == 0x20 {
        if let begin = start { words.append(begin..<place) }
        start = nil
      } else if start == nil {
        start = place
      }
    }
    if let start { words.append(start..<text.utf8.count) }
    return words
  }

  /// The words of a text as people write: punctuation at either end of what stands between white space is a word of its
  /// own, a sign at a time. In bytes of UTF-8.
  public static func ranges(inPlain text: some StringProtocol) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var run: [(place: Range<Int>, isPunctuation: Bool)] = []
    func endRun() {
      let first = run.firstIndex { !$0.isPunctuation } ?? run.endIndex
      let last = run.lastIndex { !$0.isPunctuation } ?? run.startIndex
      words += run[..<first].map(\.place)
      guard first < run.endIndex else { return run.removeAll(keepingCapacity: true) }
      words.append(run[first].place.lowerBound..<run[last].place.upperBound)
      words += run[(last + 1)...].map(\.place)
      run.removeAll(keepingCapacity: true)
    }
    var place = 0
    for scalar in text.unicodeScalars {
      let end = place + UTF8.width(scalar)
      if scalar.properties.isWhitespace {
        endRun()
      } else {
        run.append((place..<end, isPunctuation(scalar)))
      }
      place = end
    }
    endRun()
    return words
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}
