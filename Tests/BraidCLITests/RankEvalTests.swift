import Foundation
import TestSupport
import Testing

@Suite("braid rank-eval") struct RankEvalTests {
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  static let fixtures = tests.appendingPathComponent("EvaluationTests/Fixtures/ranking")
  static let shared = SharedFiles.folder.appendingPathComponent("ranking")

  static func braid(_ line: String, input: String = "", in folder: URL = fixtures) throws -> BraidProcess {
    try BraidProcess.run(
      ["rank-eval"] + line.split(separator: " ").map(String.init), input: input, in: folder)
  }

  static func expectation(_ file: String, in folder: URL = fixtures) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
  }

  @Test(
    "prints what trec_eval 9.0.8 printed, to the byte",
    arguments: [
      ("graded.runB.official.q.txt", "-q graded.qrels graded.runB"),
      ("graded.runB.official.q.c.txt", "-q -c graded.qrels graded.runB"),
      ("graded.runB.all.q.c.txt", "-q -c -m all_trec graded.qrels graded.runB"),
      ("graded.runA.all.q.c.txt", "-qc -m all_trec graded.qrels graded.runA"),
      ("graded.runA.l2.c.txt", "-c -l 2 -m all_trec graded.qrels graded.runA"),
      (
        "graded.runA.n.txt",
        "-q -c -n -m map -m ndcg_cut.5,10 -m P.3 -m recip_rank graded.qrels graded.runA"
      ),
      ("graded.runA.J.txt", "-c -J -m all_trec graded.qrels graded.runA"),
      ("graded.runA.M10.txt", "-c -M 10 -m official graded.qrels graded.runA"),
      ("graded.runA.set.txt", "-c -m set graded.qrels graded.runA"),
    ])
  func bytes(expected: String, line: String) throws {
    let run = try Self.braid(line)
    #expect(run.status == 0, "\(run.messages)")
    #expect(try run.output == Self.expectation(expected))
  }

  @Test("prints what trec_eval 9.0.8 printed with all its parameters, and ends with its status")
  func expectations() throws {
    var arguments = ""
    var output = ""
    var compared = 0
    for line in try Self.expectation("expectations.txt").split(separator: "\n") {
      if line.hasPrefix("$ ") {
        (arguments, output) = (String(line.dropFirst(2)), "")
      } else if line.hasPrefix("= ") {
        let run = try Self.braid(arguments)
        #expect(run.output == output, "\(arguments)")
        #expect("\(run.status)" == line.dropFirst(2), "\(arguments): \(run.messages)")
        compared += 1
      } else {
        output += line + "\n"
      }
    }
    #expect(compared == 25)
  }

  @Test(
    "prints what trec_eval 9.0.8 printed for the files beside the package",
    .enabled(if: SharedFiles.areChecked, "../shared is not there"),
    arguments: [
      (
        "wikiqa.cnncnt.test-filtered.txt",
        "-q -m official ../data/WikiQA/WikiQA-test-filtered.ref ../data/WikiQA/emnlp-table/WikiQA.CNN-Cnt.test.rank"
      ),
      (
        "wikiqa.cnn.test.all.txt",
        "-m all_trec ../data/WikiQA/WikiQA-test.ref ../data/WikiQA/emnlp-table/WikiQA.CNN.test.rank"
      ),
      (
        "wikiqa.cnn.dev.all.txt",
        "-m all_trec ../data/WikiQA/WikiQA-dev.ref ../data/WikiQA/emnlp-table/WikiQA.CNN.dev.rank"
      ),
      ("graded.runA.all.q.txt", "-q -m all_trec graded.qrels graded.runA"),
    ])
  func sharedBytes(expected: String, line: String) throws {
    let run = try Self.braid(line, in: Self.shared)
    #expect(run.status == 0, "\(run.messages)")
    #expect(try run.output == Self.expectation(expected, in: Self.shared))
  }

  @Test("says which judged queries a run lacks, and which of its own have no judgements") func missing()
    throws
  {
    let left = try Self.braid("graded.qrels graded.runA").messages
    #expect(left.contains("graded.runA: lacks 1 of 13 judged queries (5): left out; -c counts them as 0\n"))
    let counted = try Self.braid("-c graded.qrels graded.runB").messages
    #expect(counted.contains("judged queries (13, 9): counted as 0\n"), "\(counted)")
    #expect(left.contains("graded.runA: 1 query without judgements: left out\n"), "\(left)")
  }

  // MARK: - Input

  static let qrels = "q1 0 d1 1\nq1 0 d2 0\nq2 0 d1 2\n"
  static let results = "q1 Q0 d1 1 0.5 me\nq1 Q0 d2 2 0.9 me\nq2 Q0 d1 1 1e-3 me\n"

  /// Writes the files into a folder of their own and runs the command there.
  static func braid(_ line: String, files: [String: String], input: String = "") throws -> BraidProcess {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rank-eval-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    return try braid(line, input: input, in: folder)
  }

  @Test(
    "reads judgements in every form",
    arguments: [
      qrels,
      "\u{FEFF}q1 0 d1 1\r\n\r\nq1 0 d2 0\r\n  q2\t0\td1 \t 2.0\r\n",
      "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td1\t2\n",
      "Corpus-ID\tscore\tnote\tquery-id\r\nd1\t1\t\tq1\r\nd2\t0\ta b\tq1\r\nd1\t2\t\tq2\r\n",
      "{\"query-id\": \"q1\", \"corpus-id\": \"d1\", \"score\": 1}\n\n"
        + "{\"query-id\": \"q1\", \"corpus-id\": \"d2\", \"score\": 0}\n"
        + "{\"score\": 2, \"corpus-id\": \"d1\", \"query-id\": \"q2\"}",
      "topic\tdocno\trelevance_score\nq1\td1\t1\nq1\td2\t0\nq2\td1\t2\n",
      "{\"topic\": \"q1\", \"docno\": \"d1\", \"relevance_score\": 1}\n"
        + "{\"topic\": \"q1\", \"pid\": \"d2\", \"relevance_score\": 0}\n"
        + "{\"topic\": \"q2\", \"did\": \"d1\", \"relevance_score\": 2}",
    ])
  func judgements(text: String) throws {
    let run = try Self.braid(
      "-m map -m num_rel -m num_ret qrels run", files: ["qrels": text, "run": Self.results])
    #expect(run.messages == "")
    #expect(run.output.replacing(" ", with: "") == "num_ret\tall\t3\nnum_rel\tall\t2\nmap\tall\t0.7500\n")
  }

  @Test("reads either file from standard input and from gzip") func streams() throws {
    let files = ["qrels": Self.qrels, "run": Self.results]
    let expected = try Self.braid("-q qrels run", files: files).output
    #expect(try Self.braid("-q - run", files: files, input: Self.qrels).output == expected)
    #expect(try Self.braid("-q qrels -", files: files, input: Self.results).output == expected)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rank-eval-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Self.qrels.utf8).write(to: folder.appendingPathComponent("qrels"))
    try Data(Self.results.utf8).write(to: folder.appendingPathComponent("run"))
    let zipped = try BraidProcess.shell(
      "gzip qrels run && \"$BRAID\" rank-eval -q qrels.gz run.gz && head -c 30 run.gz > cut.gz"
        + " && \"$BRAID\" rank-eval qrels.gz cut.gz", in: folder)
    #expect(zipped.output == expected)
    #expect(zipped.status == 2)
    #expect(zipped.messages.contains("cut.gz: found bytes that 'gzip -dc' can't unpack"))
    #expect(try Self.braid("- -", files: files).status == 2)
  }

  @Test(
    "a malformed line is named with what was expected",
    arguments: [
      (
        "q1 0 d1 1\nq1 d2 1\n", results,
        "qrels:2: found 3 fields, expected 4: query, iteration, document, level"
      ),
      ("q1 0 d1 1\nq1 0 d2 x\n", results, "qrels:2: found the level 'x', expected a whole number"),
      ("q1 0 d1 1.5\n", results, "qrels:1: found the level '1.5', expected a whole number"),
      ("q1 0 d1 99999999999\n", results, "qrels:1: found the level '99999999999'"),
      ("query-id\tdoc\tscore\nq1\td1\t1\n", results, "expected a column \"corpus-id\""),
      ("query-id\tdocid\tscore\nq1\td1\n", results, "qrels:2: found 2 columns, expected 3 with TABs"),
      (
        "{\"query-id\": \"q\"}\n", results,
        "qrels:1: found an object without it, expected a member \"corpus-id\""
      ),
      ("{\"query-id\": \"q\"\n", results, "qrels:1: found"),
      ("", results, "qrels: found no lines, expected at least one"),
      (
        qrels, "q1 Q0 d1 1 0.5\n",
        "run:1: found 5 fields, expected 6: query, Q0, document, rank, score, run name"
      ),
      (qrels, "\nq1 Q0 d1 1 nan me\n", "run:2: found the score 'nan', expected a number"),
      (qrels, "q1 Q0 d1 1 0.5x me\n", "run:1: found the score '0.5x', expected a number"),
      (qrels, "q1 Q0 d1 1 0x1p3 me\n", "run:1: found the score '0x1p3', expected a number"),
      (qrels, "q1 Q0 d1 1 0.5 me\nq1 Q0 d\u{0} 1 0.5 me\n", "run:2: found a NUL byte, expected text"),
      (qrels, "\n\n", "run: found no lines"),
    ])
  func malformed(qrels: String, results: String, message: String) throws {
    let run = try Self.braid("-q qrels run", files: ["qrels": qrels, "run": results])
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.messages.contains(message), "\(run.messages)")
  }

  @Test("a document twice in a query is named, with status 4") func duplicates() throws {
    let twice = try Self.braid(
      "qrels run", files: ["qrels": Self.qrels, "run": Self.results + "q1 Q0 d2 3 0.1 me\n"])
    #expect(twice.status == 4)
    #expect(twice.messages == "braid rank-eval: run:4: query 'q1' has document 'd2' twice, first in line 2\n")
    let judged = try Self.braid(
      "qrels run", files: ["qrels": Self.qrels + "q2 0 d1 0\n", "run": Self.results])
    #expect(judged.status == 4)
    #expect(judged.messages.contains("qrels:4: query 'q2' has document 'd1' twice, first in line 3"))
  }

  @Test("files that aren't there, and runs without a judged query, have trec_eval's status") func statuses()
    throws
  {
    #expect(try Self.braid("nothing graded.runA").status == 2)
    #expect(try Self.braid("nothing graded.runA").messages.contains("nothing: found no such file"))
    #expect(try Self.braid(". graded.runA").messages.contains(".: found a folder, expected a file"))
    let none = try Self.braid("qrels run", files: ["qrels": Self.qrels, "run": "q9 Q0 d1 1 1 me\n"])
    #expect(none.status == 7)
    #expect(none.messages.contains("run: no query has both results and judgements"))
    #expect(try Self.braid("-m mapp graded.qrels graded.runA").status == 1)
    #expect(try Self.braid("-m mapp graded.qrels graded.runA").messages.contains("did you mean 'map'?"))
    let idle = try Self.braid("-m map.3 graded.qrels graded.runA")
    #expect(idle.messages.contains("the measure 'map' takes no parameters: '.3' has no effect\n"))
    for name in ["P.x", "P.0", "P.5,5", "ndcg.1", "P@0", "P", "nDCG(rel=1)@5", "RBP(p=2)", "P@5,"] {
      let status = try Self.braid("-m \(name) graded.qrels graded.runA").status
      #expect(status == (name == "P" ? 0 : 2), "\(name)")
    }
  }

  @Test("ids that are not UTF-8 come out as they came in") func bytes() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rank-eval-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try BraidProcess.shell(
      "printf 'q\\351 0 d\\377 1\\n' > q && printf 'q\\351 Q0 d\\377 1 1 r\\351\\n' > r"
        + " && \"$BRAID\" rank-eval -q -m map -m runid q r | od -An -c -v | grep -c 351",
      in: folder)
    #expect(run.output == "2\n")
  }

  @Test("long fields, ties and queries that are not together are read as they are") func odd() throws {
    let long = String(repeating: "x", count: 1 << 20)
    let qrels = "a 0 \(long)1 1\nb 0 d 1\na 0 \(long)2 0\n"
    let results = "a Q0 \(long)1 1 0.1 \(long)\nb Q0 d 1 -inf r\na Q0 \(long)2 1 0.10000000001 r\n"
    let run = try Self.braid("-q -m map -m num_q qrels run", files: ["qrels": qrels, "run": results])
    // Equal as 32-bit numbers, so the higher id is first.
    #expect(
      run.output.replacing(" ", with: "")
        == "map\ta\t0.5000\nmap\tb\t1.0000\nnum_q\tall\t2\nmap\tall\t0.7500\n")
  }

  // MARK: - Beyond trec_eval

  @Test("names of ir_measures give the same figures as trec_eval's") func names() throws {
    let pairs = [
      ("nDCG@10", "ndcg_cut.10"), ("AP", "map"), ("P@5", "P.5"), ("R@100", "recall.100"),
      ("RR", "recip_rank"),
      ("Success@1", "success.1"), ("AP@10", "map_cut.10"), ("Rprec", "Rprec"), ("Bpref", "bpref"),
      ("SetF(beta=0.5)", "set_F.0.5"), ("IPrec@0.5", "iprec_at_recall.0.5"),
    ]
    for (name, trecName) in pairs {
      let own = try Self.braid("-m \(name) graded.qrels graded.runB").output.split(separator: "\t")
      let reference = try Self.braid("-m \(trecName) graded.qrels graded.runB").output.split(separator: "\t")
      #expect(own.last == reference.last, "\(name)")
      #expect(own[0].prefix { $0 != " " } == name)
    }
    let strict = try Self.braid("-m AP(rel=2) graded.qrels graded.runB").output.split(separator: "\t")
    let level = try Self.braid("-l 2 -m map graded.qrels graded.runB").output.split(separator: "\t")
    #expect(strict.last == level.last)
  }

  @Test("several runs come as a table with the tests against the first") func comparison() throws {
    let run = try Self.braid("-c -m nDCG@10 -m map graded.qrels graded.runA graded.runB")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "Measure  Run    Value   Change  Better  Worse  t-test  Randomisation")
    #expect(lines.count == 6)
    #expect(lines[2].hasPrefix("map      runA  0.1927"))
    #expect(lines[3].contains("runB"))
    #expect(try Self.braid("-c -m nDCG@10 -m map graded.qrels graded.runA graded.runB").output == run.output)
    #expect(try Self.braid("-q graded.qrels graded.runA graded.runB").status == 2)
  }

  @Test("JSON, CSV and the file of queries hold the same figures") func reports() throws {
    let files = ["qrels": Self.qrels, "a": Self.results, "b": Self.results.replacing("0.9", with: "0.1")]
    let json = try Self.braid("--json -m map -m num_ret qrels a b", files: files).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let runs = try #require(object["runs"] as? [[String: Any]])
    #expect(runs.map { $0["file"] as? String } == ["a", "b"])
    #expect((runs[0]["measures"] as? [String: Double]) == ["map": 0.75, "num_ret": 3])
    let comparisons = try #require(object["comparisons"] as? [[String: Any]])
    #expect(comparisons.count == 1)
    #expect(comparisons[0]["difference"] as? Double == 0.25)
    #expect(comparisons[0]["pRandomisation"] as? Double == 1)
    let csv = try Self.braid("--csv -m map qrels a b", files: files).output.split(separator: "\n")
    #expect(csv[0].hasPrefix("run,measure,value,queries,difference"))
    #expect(csv[1].hasPrefix("a,map,0.75,"))
    #expect(csv[2].hasPrefix("b,map,1,2,0.25,1,0,"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rank-eval-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    for (file, first) in [
      ("out.tsv", "run\tquery\tmeasure\tvalue\na\tq1\tmap\t0.5\n"),
      ("out.csv", "run,query,measure,value\na,q1,map,0.5\n"),
      ("out.jsonl", "{\"run\": \"a\", \"query\": \"q1\", \"measure\": \"map\", \"value\": 0.5}\n"),
    ] {
      _ = try Self.braid("-m map --per-query \(file) qrels a b", in: folder)
      #expect(try Self.expectation(file, in: folder).hasPrefix(first))
    }
  }
}
