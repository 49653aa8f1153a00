import Evaluation
import Foundation
import Testing

/// Ranked: levels 0, 2, unjudged, 1; a document of level 3 and one of level 0 were missed.
private let example = RankedQuery(rankedLevels: [0, 2, RankedQuery.unjudged, 1], missedGains: [3, 0])

private func isClose(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-12 }

@Suite("Families of ranking measures") struct RankingFamiliesTests {
  @Test("measures of sets") func sets() {
    #expect(example.relevantRetrieved() == 2)
    #expect(example.nonrelevantRetrieved() == 1)
    #expect(example.nonrelevantRetrieved(relevantFrom: 2) == 2)
    #expect(example.setPrecision() == 0.5)
    #expect(isClose(example.setRecall(), 2.0 / 3))
    #expect(isClose(example.setRelativePrecision(), 2.0 / 3))
    #expect(isClose(example.setAveragePrecision(), 1.0 / 3))
    #expect(isClose(example.setF(), 2 * 0.5 * (2.0 / 3) / (0.5 + 2.0 / 3)))
    #expect(isClose(example.setF(weight: 3), 4 * 0.5 * (2.0 / 3) / (3 * 0.5 + 2.0 / 3)))
    // 2 relevant and 2 other documents retrieved, 1 missed, 5 others in a collection of 10.
    #expect(example.utility(worth: (1, -1, -2, 0.5), collectionSize: 10) == 2 - 2 - 2 + 2.5)
  }

  @Test("measures of precision") func precision() {
    #expect(isClose(example.rPrecision(), 1.0 / 3))
    #expect(isClose(example.rPrecision(multiple: 2), 2.0 / 6))
    #expect(isClose(example.relativePrecision(at: 2), 0.5))
    #expect(isClose(example.relativePrecision(at: 10), 2.0 / 3))
    #expect(example.interpolatedPrecision(atRecall: [0, 0.3, 0.6, 1]) == [0.5, 0.5, 0.5, 0])
    #expect(isClose(example.interpolatedAverage(atRecall: [0.3, 1]), 0.25))
    #expect(isClose(example.smoothedAveragePrecision(), log(2.0 / 3)))
  }

  @Test("measures for incomplete judgements") func incomplete() {
    // One of two nonrelevant documents is above each of the two that were found, of three.
    #expect(isClose(example.binaryPreference(), (0.5 + 0.5) / 3))
    let sampled = RankedQuery(rankedLevels: [-1, 1, RankedQuery.unjudged, 0, 1])
    let second = 1.0 / 2 + 1.0 / 2 * 1 * (0.00001 / 0.00002)
    let fifth = 1.0 / 5 + 4.0 / 5 * (3.0 / 4) * (1.00001 / 2.00002)
    #expect(isClose(sampled.inferredAveragePrecision(), (second + fifth) / 2))
    #expect(example.judged(at: 3) == 2.0 / 3)
    #expect(example.judged(at: 100) == 0.75)
    #expect(example.judgedOnly.levels == [0, 2, 1])
    #expect(sampled.judgedOnly.levels == [1, 0, 1])
    #expect(example.judgedOnly.relevantCount() == 3)
  }

  @Test("measures of cumulated gain") func gains() {
    let discounts = (1...5).map { log2(Double($0 + 1)) }
    let ideal = 3 / discounts[0] + 2 / discounts[1] + 1 / discounts[2]
    let dcg = 2 / discounts[1] + 1 / discounts[3]
    #expect(isClose(example.ndcg(gains: LevelGains()), dcg / ideal))
    #expect(isClose(example.ndcg(gains: LevelGains()), example.ndcg()))
    let other = LevelGains([(1, 5), (3, 0)])
    #expect(
      isClose(
        example.ndcg(gains: other),
        (2 / discounts[1] + 5 / discounts[3]) / (5 / discounts[0] + 2 / discounts[1])))
    let exponential = 7 / discounts[0] + 3 / discounts[1] + 1 / discounts[2]
    #expect(isClose(example.exponentialNDCG(), (3 / discounts[1] + 1 / discounts[3]) / exponential))
    #expect(isClose(example.exponentialNDCG(at: 1), 0))
    #expect(
      isClose(
        example.ndcgAtRelevant(),
        (2 / discounts[1] / (3 / discounts[0] + 2 / discounts[1]) + 2 * dcg / ideal) / 3))
    #expect(isClose(example.binaryGain(), (1 / log2(3.0) + 1 / log2(4.0)) / 3))
    // Costs 3, 5, 6, 7; gained 0, 2, 2, 3.
    #expect(isClose(example.normalisedGain(), (2 / log2(5.0) + 1 / log2(6.0)) / 6))
  }

  @Test("measures of a user who goes down the ranking") func users() {
    #expect(isClose(example.rankBiasedPrecision(persistence: 0.5), 0.5 * (0.5 + 0.125)))
    #expect(isClose(example.rankBiasedPrecision(persistence: 0.5, relevantFrom: 2), 0.25))
    let second = 3.0 / 16
    #expect(isClose(example.expectedReciprocalRank(), second / 2 + (1 - second) / 16 / 4))
    #expect(isClose(example.expectedReciprocalRank(at: 3), second / 2))
    #expect(isClose(example.expectedReciprocalRank(at: 3, highestLevel: 2), 0.75 / 2))
  }

  @Test("a ranking without documents, or without relevant ones, measures 0, but for what has no 0")
  func degenerate() {
    let empty = RankedQuery(rankedLevels: [], missedGains: [1, 0])
    let hopeless = RankedQuery(rankedLevels: [0, RankedQuery.unjudged, -1])
    let nothing = RankedQuery(rankedLevels: [])
    for query in [empty, hopeless, nothing] {
      let figures = [
        query.setPrecision(), query.setRecall(), query.setRelativePrecision(), query.setAveragePrecision(),
        query.setF(), query.rPrecision(), query.rPrecision(multiple: 2), query.relativePrecision(at: 3),
        query.interpolatedAverage(), query.binaryPreference(), query.inferredAveragePrecision(),
        query.ndcg(gains: LevelGains()), query.exponentialNDCG(), query.ndcgAtRelevant(),
        query.ndcgAtLevelEnds(), query.normalisedGain(), query.binaryGain(), query.rankBiasedPrecision(),
        query.expectedReciprocalRank(),
      ]
      #expect(figures.allSatisfy { $0 == 0 }, "\(figures)")
    }
    #expect([empty, nothing].map { $0.judged() } == [0, 0])
    #expect([hopeless, nothing].map { $0.smoothedAveragePrecision() } == [0, 0])
    #expect(empty.smoothedAveragePrecision() == -log(2))
    #expect(example.ndcgAtLevelEnds(gains: LevelGains([(1, 0), (2, 0), (3, 0)])).isNaN)
  }
}
