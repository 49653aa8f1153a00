import Evaluation
import Foundation
import Testing

/// Measures against what trec_eval 9.0.8 printed, digit for digit.
@Suite(
  "trec_eval's outputs", .enabled(if: TrecEval.isAvailable, "needs ../shared/ranking beside the package"))
struct TrecEvalTests {
  @Test(
    "every query and the mean agree to the last printed digit",
    arguments: [
      TrecEval(expected: "graded.runB.official.q.txt", qrels: "graded.qrels", run: "graded.runB"),
      TrecEval(
        expected: "graded.runB.official.q.c.txt", qrels: "graded.qrels", run: "graded.runB",
        missing: .countAsEmpty),
      TrecEval(
        expected: "graded.runB.all.q.c.txt", qrels: "graded.qrels", run: "graded.runB",
        missing: .countAsEmpty),
      TrecEval(expected: "graded.runA.all.q.txt", qrels: "graded.qrels", run: "graded.runA"),
      TrecEval(
        expected: "graded.runA.all.q.c.txt", qrels: "graded.qrels", run: "graded.runA",
        missing: .countAsEmpty),
      TrecEval(
        expected: "graded.runA.l2.c.txt", qrels: "graded.qrels", run: "graded.runA",
        missing: .countAsEmpty, level: 2),
      TrecEval(
        expected: "wikiqa.cnncnt.test-filtered.txt", qrels: "../data/WikiQA/WikiQA-test-filtered.ref",
        run: "../data/WikiQA/emnlp-table/WikiQA.CNN-Cnt.test.rank"),
      TrecEval(
        expected: "wikiqa.cnn.test.all.txt", qrels: "../data/WikiQA/WikiQA-test.ref",
        run: "../data/WikiQA/emnlp-table/WikiQA.CNN.test.rank"),
      TrecEval(
        expected: "wikiqa.cnn.dev.all.txt", qrels: "../data/WikiQA/WikiQA-dev.ref",
        run: "../data/WikiQA/emnlp-table/WikiQA.CNN.dev.rank"),
    ])
  func agrees(with fixture: TrecEval) throws {
    let rankings = try fixture.rankings()
    var compared = 0
    for line in try fixture.lines(of: fixture.expected) {
      let (name, query, expected) = (line[0], line[1], line[2])
      guard let measure = fixture.measure(name) else { continue }
      let value =
        try query == "all"
        ? #require(rankings.mean(of: measure)) : measure(#require(rankings.first { $0.id == query }))
      let printed = String(format: "%.4f", value)
      #expect(printed == expected, "\(name) of query \(query)")
      compared += 1
    }
    #expect(compared > 5)
  }
}

@Test("the trec_eval outputs are there when tests run for a change to the project")
func trecEvalOutputsArePresent() {
  let mustBe = ProcessInfo.processInfo.environment["CI"] == "true"
  #expect(TrecEval.isAvailable || !mustBe, "CI needs ../shared/ranking beside the package")
}

/// One expected output with the files and options that it was made from.
struct TrecEval: Sendable, CustomTestStringConvertible {
  let expected: String
  let qrels: String
  let run: String
  var missing = Qrels.MissingQueries.leaveOut
  var level = 1

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/ranking").standardizedFileURL
  static var isAvailable: Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("graded.qrels").path)
  }

  var testDescription: String { expected }

  func lines(of file: String) throws -> [[String]] {
    try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
      .split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
  }

  func rankings() throws -> [RankedQuery] {
    var qrels = Qrels()
    for line in try lines(of: self.qrels) {
      try qrels.add(query: line[0], document: line[2], level: #require(Int(line[3])))
    }
    var run = Run()
    for line in try lines(of: self.run) {
      try run.add(query: line[0], document: line[2], score: #require(Float(line[4])))
    }
    return qrels.rankings(of: run, missing: missing)
  }

  func measure(_ name: String) -> ((RankedQuery) -> Double)? {
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
