/// What documents of each relevance level are worth to the measures of cumulated gain: by default their level
/// itself.
public struct LevelGains: Sendable, Equatable {
  /// Levels with a gain of their own, in the order in which they were given.
  let given: [Pair]

  struct Pair: Sendable, Equatable {
    let level: Int
    let gain: Double
  }

  /// - Parameter pairs: levels and their gains; a level that is not among them is worth itself. Gains may be
  ///   0 or negative, and level 0 may have one.
  public init(_ pairs: [(level: Int, gain: Double)] = []) {
    given = pairs.map { Pair(level: $0.level, gain: $0.gain) }
  }

  /// What a document of this level is worth; nothing when it was not judged.
  func gain(of level: Int, highestLevel: Int) -> Double {
    for pair in given where pair.level == level { return pair.gain }
    return level < 0 || level > highestLevel ? 0 : Double(level)
  }

  /// The gains of a query's judged documents in the best order, as far as they are above 0; and the highest
  /// gain that any level has, there or not.
  ///
  /// Trec_eval sorts levels by differences of gains that are cut to whole numbers, so that two levels less than
  /// 1 apart may keep their order; for its figures to come out it is done the same way here.
  func ideal(for query: RankedQuery) -> (gains: [Double], highest: Double) {
    var levels = given.map { (gain: $0.gain, count: 0) }
    var counts = Self.counts(query.idealLevels)
    counts[0] = query.nonrelevantCount
    let highestLevel = query.highestLevel
    // Levels that no document has take part in the sorting, as long as there are not very many.
    let present = highestLevel < 1000 ? Array(0..<highestLevel + 1) : counts.keys.sorted()
    for level in present {
      let count = counts[level] ?? 0
      if let index = given.firstIndex(where: { $0.level == level }) {
        levels[index].count = count
      } else {
        levels.append((Double(level), count))
      }
    }
    levels = Self.merged(levels[...])
    guard let highest = levels.last?.gain, highest > 0 else { return ([], levels.last?.gain ?? 0) }
    var gains: [Double] = []
    for level in levels.reversed() where level.count > 0 {
      guard level.gain > 0 else { break }
      gains += repeatElement(level.gain, count: level.count)
    }
    return (gains, highest)
  }

  /// How many there are of each level, which stand together.
  private static func counts(_ levels: [Int]) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    var start = 0
    for index in levels.indices where index + 1 == levels.count || levels[index + 1] != levels[index] {
      counts[levels[index]] = index + 1 - start
      start = index + 1
    }
    return counts
  }

  /// Sorted by merging halves: the comparison is not transitive, so the way matters.
  private static func merged(
    _ levels: ArraySlice<(gain: Double, count: Int)>
  ) -> [(gain: Double, count: Int)] {
    guard levels.count > 1 else { return Array(levels) }
    let middle = levels.startIndex + levels.count / 2
    var left = merged(levels[..<middle])[...]
    var right = merged(levels[middle...])[...]
    var result: [(gain: Double, count: Int)] = []
    while let first = left.first, let second = right.first {
      let goesFirst = (first.gain - second.gain).rounded(.towardZero) <= 0
      result.append(goesFirst ? left.removeFirst() : right.removeFirst())
    }
    return result + left + right
  }
}

extension RankedQuery {
  /// The highest level of any judged document, −1 when none has one of 0 or more.
  var highestLevel: Int { idealLevels.first ?? (nonrelevantCount > 0 ? 0 : -1) }
}
