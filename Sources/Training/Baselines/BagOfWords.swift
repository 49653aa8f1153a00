import Tasks

/// An example as a sparse vector of token counts, in which the order of tokens is lost.
///
/// Of one text: a count a token. Of a pair, for each token: the counts in either text, the smaller of the two and how
/// far they are apart; and the sums of the last two over all tokens, which say how much the texts share. The markers
/// around the texts are counted too: they are the constant that a linear model needs.
struct BagOfWords {
  struct Feature: Equatable {
    let index: Int
    let value: Float
  }

  let vocabularySize: Int

  /// The length of the vectors.
  var count: Int { 4 * vocabularySize + 2 }

  /// The features of an example that are not zero.
  func features(of example: Int, in examples: Examples) -> [Feature] {
    let tokens = examples.tokens(of: example)
    let pairStart = tokens.lowerBound + Int(examples.pairStarts[example])
    let first = counts(examples.ids[tokens.lowerBound..<pairStart])
    guard pairStart < tokens.upperBound else {
      return first.map { Feature(index: $0.token, value: $0.count) }
    }
    let second = counts(examples.ids[pairStart..<tokens.upperBound])
    var features: [Feature] = []
    var shared: Float = 0
    var apart: Float = 0
    func add(_ token: Int, _ first: Float, _ second: Float) {
      let values = [first, second, min(first, second), abs(first - second)]
      for (block, value) in values.enumerated() where value > 0 {
        features.append(Feature(index: block * vocabularySize + token, value: value))
      }
      shared += values[2]
      apart += values[3]
    }
    var left = first[...]
    var right = second[...]
    while let token = [left.first?.token, right.first?.token].compactMap({ $0 }).min() {
      let inFirst = left.first?.token == token ? left.removeFirst().count : 0
      let inSecond = right.first?.token == token ? right.removeFirst().count : 0
      add(token, inFirst, inSecond)
    }
    features.append(Feature(index: 4 * vocabularySize, value: shared))
    features.append(Feature(index: 4 * vocabularySize + 1, value: apart))
    return features
  }

  /// How often each token occurs, in the order of their ids.
  private func counts(_ ids: ArraySlice<Int32>) -> [(token: Int, count: Float)] {
    var counts: [(token: Int, count: Float)] = []
    for id in ids.sorted() {
      if counts.last?.token == Int(id) {
        counts[counts.count - 1].count += 1
      } else {
        counts.append((Int(id), 1))
      }
    }
    return counts
  }
}
