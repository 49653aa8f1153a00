import Evaluation
import Foundation
import Testing

@Suite("Ranking measures") struct RankingTests {
  @Test("a hand-made ranking gives the figures worked out on paper") func byHand() throws {
    // Ranked by score: levels 0, 2, 0, 1; a document of level 3 was not retrieved.
    let query = try RankedQuery(scores: [0.1, 0.9, 0.3, 0.5], gains: [1, 0, 0, 2], missedGains: [3, 0])
    #expect(query.levels == [0, 2, 0, 1])
    #expect(query.idealLevels == [3, 2, 1])
    #expect(abs(query.averagePrecision() - (1.0 / 2 + 2.0 / 4) / 3) < 1e-15)
    #expect(query.averagePrecision(at: 2) == 0.5 / 3)
    #expect(query.averagePrecision(relevantFrom: 2) == 0.25)
    #expect(query.reciprocalRank() == 0.5)
    #expect(query.reciprocalRank(at: 1) == 0)
    #expect(query.precision(at: 5) == 0.4)
    #expect(query.recall(at: 2) == 1.0 / 3)
    #expect(query.success(at: 1) == 0)
    #expect(query.success(at: 2) == 1)
    let gain = 2 / log2(3.0) + 1 / log2(5.0)
    let ideal = 3 + 2 / log2(3.0) + 1 / log2(4.0)
    #expect(abs(query.ndcg() - gain / ideal) < 1e-15)
    #expect(abs(query.ndcg(at: 2) - 2 / log2(3.0) / (3 + 2 / log2(3.0))) < 1e-15)
  }

  @Test("equal scores are ordered by document id, highest first, byte by byte") func ties() throws {
    let names = ["b", "a", "d10", "d9", "é", "z"]
    let order = RankedQuery.order(scores: [1, 1, 1, 1, 1, 2], documentIDs: names)
    #expect(order.map { names[$0] } == ["z", "é", "d9", "d10", "b", "a"])
    #expect(RankedQuery.order(scores: [1, 2, 1, 1]) == [1, 3, 2, 0])
  }

  @Test("scores that differ only beyond 32 bits are equal") func precision() {
    #expect(
      RankedQuery.order(scores: [Float(0.100000000001), Float(0.1)], documentIDs: ["a", "b"]) == [1, 0])
  }

  @Test("a score that is not a number ranks last") func notANumber() {
    #expect(RankedQuery.order(scores: [.nan, -.infinity, 3, .nan]) == [2, 1, 3, 0])
  }

  @Test("nothing retrieved or nothing relevant measures 0, no query at all nil") func degenerate() throws {
    let empty = try RankedQuery(scores: [], gains: [], missedGains: [1])
    let hopeless = try RankedQuery(scores: [1, 2], gains: [0, RankedQuery.unjudged])
    for query in [empty, hopeless] {
      #expect(query.averagePrecision() == 0)
      #expect(query.reciprocalRank() == 0)
      #expect(query.ndcg(at: 10) == 0)
      #expect(query.precision(at: 3) == 0)
      #expect(query.recall(at: 3) == 0)
      #expect(query.success(at: 3) == 0)
    }
    #expect(empty.isAnswerable())
    #expect(!hopeless.isAnswerable())
    #expect([RankedQuery]().mean { $0.averagePrecision() } == nil)
  }

  @Test("arrays of different lengths are refused") func lengths() {
    #expect(throws: PredictionError.differentCounts("scores", 1, "gains", 2)) {
      try RankedQuery(scores: [1], gains: [1, 2])
    }
    #expect(throws: PredictionError.differentCounts("scores", 1, "document ids", 0)) {
      try RankedQuery(scores: [1], gains: [1], documentIDs: [])
    }
  }

  @Test(
    "files are read to the rankings that their lines give one by one",
    arguments: ["graded.runA", "graded.runB"])
  func files(name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/ranking")
    func lines(_ file: String) throws -> [String: [[String]]] {
      let lines = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      return Dictionary(grouping: lines) { $0[0] }
    }
    let judged = try lines("graded.qrels").mapValues { lines in
      Dictionary(uniqueKeysWithValues: try lines.map { ($0[2], try #require(Int($0[3]))) })
    }
    let results = try lines(name)
    let expected = try judged.keys.sorted().map { query in
      let (judgements, found) = (judged[query, default: [:]], results[query, default: []])
      let documents = found.map { $0[2] }
      return try RankedQuery(
        id: query, scores: found.map { try #require(Float($0[4])) },
        gains: documents.map { judgements[$0] ?? RankedQuery.unjudged }, documentIDs: documents,
        missedGains: judgements.filter { !documents.contains($0.key) }.map(\.value))
    }
    func read(_ missing: RankedQuery.MissingQueries) throws -> [RankedQuery] {
      try RankedQuery.reading(
        judgements: folder.appendingPathComponent("graded.qrels").path,
        run: folder.appendingPathComponent(name).path, missing: missing)
    }
    #expect(try read(.countAsEmpty) == expected)
    #expect(try read(.leaveOut) == expected.filter { !$0.levels.isEmpty })
    // What the files are to try: a judged query that the run lacks.
    #expect(expected.contains { $0.levels.isEmpty })
    #expect(throws: TRECFileError.self) {
      try RankedQuery.reading(judgements: folder.appendingPathComponent(name).path, run: "")
    }
  }
}
