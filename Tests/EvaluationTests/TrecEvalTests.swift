import Evaluation
import Foundation
import TestSupport
import Testing

/// Measures against what trec_eval 9.0.8 printed, digit for digit.
@Suite("trec_eval's outputs") struct TrecEvalTests {
  @Test(
    "every query and the mean agree to the last printed digit",
    arguments: [
      TrecEval(expected: "graded.runB.official.q.txt", run: "graded.runB"),
      TrecEval(expected: "graded.runB.official.q.c.txt", run: "graded.runB", missing: .countAsEmpty),
      TrecEval(expected: "graded.runB.all.q.c.txt", run: "graded.runB", missing: .countAsEmpty),
      TrecEval(expected: "graded.runA.all.q.c.txt", run: "graded.runA", missing: .countAsEmpty),
      TrecEval(expected: "graded.runA.l2.c.txt", run: "graded.runA", missing: .countAsEmpty, level: 2),
    ])
  func agrees(with fixture: TrecEval) throws { try fixture.check() }

  @Test(
    "so do those of WikiQA (needs ../shared)",
    .enabled(if: SharedFiles.areChecked, "../shared is not there"),
    arguments: [
      TrecEval(
        expected: "wikiqa.cnncnt.test-filtered.txt", qrels: "../data/WikiQA/WikiQA-test-filtered.ref",
        run: "../data/WikiQA/emnlp-table/WikiQA.CNN-Cnt.test.rank", folder: TrecEval.shared),
      TrecEval(
        expected: "wikiqa.cnn.test.all.txt", qrels: "../data/WikiQA/WikiQA-test.ref",
        run: "../data/WikiQA/emnlp-table/WikiQA.CNN.test.rank", folder: TrecEval.shared),
      TrecEval(
        expected: "wikiqa.cnn.dev.all.txt", qrels: "../data/WikiQA/WikiQA-dev.ref",
        run: "../data/WikiQA/emnlp-table/WikiQA.CNN.dev.rank", folder: TrecEval.shared),
    ])
  func agreesOnWikiQA(with fixture: TrecEval) throws { try fixture.check() }
}

/// One expected output with the files and options that it was made from.
struct TrecEval: Sendable, CustomTestStringConvertible {
  let expected: String
  var qrels = "graded.qrels"
  let run: String
  var missing = RankedQuery.MissingQueries.leaveOut
  var level = 1
  var folder = Self.tests.appendingPathComponent("Fixtures/ranking")

  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let shared = SharedFiles.folder.appendingPathComponent("ranking")

  var testDescription: String { expected }

  private func path(_ file: String) -> String { folder.appendingPathComponent(file).standardizedFileURL.path }

  func check() throws {
    let rankings = try RankedQuery.reading(judgements: path(qrels), run: path(run), missing: missing)
    var compared = 0
    for line in try String(contentsOfFile: path(expected), encoding: .utf8).split(separator: "\n") {
      let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
      let (name, query, expected) = (fields[0], fields[1], fields[2])
      guard let measure = measure(name) else { continue }
      let value =
        try query == "all"
        ? #require(rankings.mean(of: measure)) : measure(#require(rankings.first { $0.id == query }))
      #expect(String(format: "%.4f", value) == expected, "\(name) of query \(query)")
      compared += 1
    }
    #expect(compared > 5)
  }

  private func measure(_ name: String) -> ((RankedQuery) -> Double)? {
    let level = level
    let parts = name.split(separator: "_")
    let cutoff = parts.last.flatMap { Int($0) }
    switch (name, parts.dropLast().joined(separator: "_"), cutoff) {
    case ("map", _, _): return { $0.averagePrecision(relevantFrom: level) }
    case ("recip_rank", _, _): return { $0.reciprocalRank(relevantFrom: level) }
    case ("ndcg", _, _): return { $0.ndcg() }
    case (_, "map_cut", let cutoff?): return { $0.averagePrecision(at: cutoff, relevantFrom: level) }
    case (_, "ndcg_cut", let cutoff?): return { $0.ndcg(at: cutoff) }
    case (_, "P", let cutoff?): return { $0.precision(at: cutoff, relevantFrom: level) }
    case (_, "recall", let cutoff?): return { $0.recall(at: cutoff, relevantFrom: level) }
    case (_, "success", let cutoff?): return { $0.success(at: cutoff, relevantFrom: level) }
    default: return nil
    }
  }
}
