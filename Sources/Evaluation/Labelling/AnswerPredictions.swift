/// Predicted answers, and for each the texts that count as right.
public struct AnswerPredictions: Sendable {
  /// Of each question, whether the answer is right to the word, ...
  let exact: [Bool]
  /// ... and the F1 of its words.
  let f1: [Double]

  /// - Parameter expected: for each question at least one text.
  /// - Throws: `PredictionError` when the lengths differ.
  public init(predicted: [String], expected: [[String]]) throws(PredictionError) {
    guard predicted.count == expected.count else {
      throw .differentCounts("predicted", predicted.count, "expected", expected.count)
    }
    let pairs = zip(predicted, expected).map { predicted, expected in
      (AnswerWords(predicted), expected.map { AnswerWords($0) })
    }
    exact = pairs.map { predicted, expected in expected.contains(predicted) }
    f1 = pairs.map { predicted, expected in expected.map { predicted.f1(against: $0) }.max() ?? 0 }
  }

  public var count: Int { exact.count }

  /// The share of questions whose answer is right.
  public var exactMatch: Double? { count > 0 ? Double(exact.count { $0 }) / Double(count) : nil }
  /// The mean of F1 over questions.
  public var meanF1: Double? { count > 0 ? f1.reduce(0, +) / Double(count) : nil }
}

/// The words of an answer as the evaluation of SQuAD 1.1 compares them (Rajpurkar et al. 2016, section 6.1): in lower case,
/// without ASCII punctuation and without articles.
struct AnswerWords: Equatable {
  let words: [String]

  init(_ text: String) {
    // Punctuation goes without a trace, an article leaves a gap.
    var kept = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars where !Self.isPunctuation(scalar) { kept.append(scalar) }
    var spaced = String.UnicodeScalarView()
    var word = String.UnicodeScalarView()
    kept.append(" ")
    for scalar in kept {
      if Self.isWordPart(scalar) {
        word.append(scalar)
        continue
      }
      if ["a", "an", "the"].contains(String(word)) {
        spaced.append(" ")
      } else {
        spaced += word
      }
      spaced.append(scalar)
      word = String.UnicodeScalarView()
    }
    words = spaced.split(whereSeparator: Self.isSpace).map { String($0) }
  }

  /// 2PR / (P + R), with words that stand several times counted as often as both have them; 0 where none is shared.
  func f1(against other: AnswerWords) -> Double {
    var left: [String: Int] = [:]
    for word in other.words { left[word, default: 0] += 1 }
    var shared = 0
    for word in words {
      guard let count = left[word], count > 0 else { continue }
      left[word] = count - 1
      shared += 1
    }
    guard shared > 0 else { return 0 }
    return 2 * Double(shared) / Double(words.count + other.words.count)
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// What Python's regular expressions take for a part of a word: letters and numbers.
  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// What Python splits at: white space and four control characters.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
