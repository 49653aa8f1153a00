import Foundation
import Testing

@Suite("braid rank --rerank") struct RerankTests {
  private let tasks: TinyTasks

  init() throws {
    tasks = try TinyTasks.shared.get()
    try tasks.write(Self.run, to: "first.run")
    try tasks.write("q2\twho likes rice?\nq9\twho is not asked?\nq1\twho likes soup?\n", to: "queries.tsv")
    try tasks.write(Self.documents.map { "\($0.id)\t\($0.text)\n" }.joined(), to: "documents.tsv")
  }

  private static let documents: [(id: String, text: String)] = [
    ("d1", "we like soup"), ("d2", "we like fish"), ("d3", "we like, \"truly\", rice"), ("d4", "cake"),
    ("d5", "we like bread and curry"), ("unused", "nobody asks for this"),
  ]

  /// The lines are not in the order of the scores, and q2 comes first.
  private static let run = """
    q2 Q0 d4 1 0.5 bm25
    q2 Q0 d3 2 7.25 bm25
    q1 Q0 d5 1 1 bm25
    q1 Q0 d1 2 3 bm25
    q1 Q0 d2 3 2 bm25
    q1 Q0 d4 4 0.25 bm25
    q1 Q0 d3 5 -1e3 bm25

    """

  private func ranked(_ arguments: String, input: String = "") throws -> [[String]] {
    let run = try tasks.braid(
      ["rank", "run"] + arguments.split(separator: " ").map(String.init), input: input)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages == "")
    return run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  /// What the model says of pairs, one by one.
  private func scores(_ pairs: [(query: String, document: String)]) throws -> [Float] {
    let input = pairs.map { "\($0.query)\t\($0.document)\n" }.joined()
    let run = try tasks.braid(["score", "run", "--task", "answer", "-"], input: input)
    return run.output.split(separator: "\n").compactMap { Float($0) }
  }

  @Test("the first documents are ordered by the model, the rest keep their order behind them")
  func order() throws {
    let files = "--rerank first.run --queries queries.tsv --documents documents.tsv"
    for depth in 1...6 {
      let lines = try ranked("\(files) --depth \(depth) --tag again")
      #expect(lines.map { $0[0] } == ["q2", "q2", "q1", "q1", "q1", "q1", "q1"])
      #expect(lines.map { $0[3] } == ["1", "2", "1", "2", "3", "4", "5"])
      #expect(lines.allSatisfy { $0.count == 6 && $0[1] == "Q0" && $0[5] == "again" })
      let own = lines.dropFirst(2).map { $0[2] }
      let first = ["d1", "d2", "d5", "d4", "d3"]
      #expect(Set(own.prefix(depth)) == Set(first.prefix(depth)))
      #expect(own.dropFirst(depth) == first.dropFirst(depth))
      let given = lines.dropFirst(2).compactMap { Float($0[4]) }
      #expect(given == given.sorted(by: >))
      let expected = try scores(
        own.prefix(depth).map { id in
          ("who likes soup?", Self.documents.first { $0.id == id }?.text ?? "")
        })
      #expect(Array(given.prefix(depth)) == expected)
      // Behind them no two scores are equal, which would put the greater name first.
      let rest = given.dropFirst(max(depth - 1, 0))
      #expect(Set(rest).count == rest.count)
    }
    #expect(try ranked(files) == ranked("\(files) --depth 100"))
  }

  @Test(
    "queries and documents may be TSV, CSV or JSON lines, with names, titles, in any order, packed, or piped")
  func forms() throws {
    let expected = try ranked("--rerank first.run --queries queries.tsv --documents documents.tsv")
    func doubled(_ text: String) -> String { text.replacingOccurrences(of: "\"", with: "\"\"") }
    func escaped(_ text: String) -> String { text.replacingOccurrences(of: "\"", with: "\\\"") }
    let documents = Self.documents
    try tasks.write(
      "\u{FEFF}id,text\r\n" + documents.map { "\($0.id),\"\(doubled($0.text))\"\r\n" }.joined(),
      to: "named.csv")
    try tasks.write(documents.map { "\($0.id),\"\(doubled($0.text))\"\n" }.joined(), to: "plain.csv")
    try tasks.write(
      documents.map { "{\"_id\": \"\($0.id)\", \"title\": \"\", \"text\": \"\(escaped($0.text))\"}\n" }
        .joined(),
      to: "beir.jsonl")
    try tasks.write(
      documents.map { "{\"contents\":\"\(escaped($0.text))\",\"id\":\"\($0.id)\"}\n" }.joined(),
      to: "anserini.json")
    try tasks.write(
      documents.map { document in
        let words = document.text.split(separator: " ", maxSplits: 1).map(String.init)
        let (title, text) = words.count == 2 ? (words[0], words[1]) : ("", document.text)
        return
          "{\"_id\": \"\\u0064\(document.id.dropFirst())\", \"title\": \"\(title)\", \"text\": \"\(escaped(text))\"}\n"
      }.filter { !$0.contains("nused") }.joined(), to: "titles.jsonl")
    try tasks.write(
      "text\tquery_id\n\nwho likes soup?\tq1\nwho likes rice?\tq2\n", to: "named-queries.tsv")
    try tasks.write(
      "{\"_id\": \"q1\", \"text\": \"who likes soup?\"}\n{\"_id\": \"q2\", \"text\": \"who likes rice?\"}",
      to: "queries.data")
    let zip = try BraidProcess.shell("gzip -kf first.run beir.jsonl plain.csv queries.tsv", in: tasks.folder)
    #expect(zip.status == 0)
    for (queries, documents) in [
      ("queries.tsv", "named.csv"), ("named-queries.tsv", "plain.csv"), ("queries.data", "beir.jsonl"),
      ("queries.tsv", "anserini.json"), ("queries.tsv", "titles.jsonl"),
      ("queries.tsv.gz", "beir.jsonl.gz"), ("queries.tsv", "plain.csv.gz"),
    ] {
      let found = try ranked("--rerank first.run --queries \(queries) --documents \(documents)")
      #expect(found == expected, "\(queries) \(documents)")
    }
    let packed = try ranked("--rerank first.run.gz --queries queries.tsv --documents documents.tsv")
    #expect(packed == expected)
    let piped = try ranked("--rerank - --queries queries.tsv --documents documents.tsv", input: Self.run)
    #expect(piped == expected)
    let corpus = String(decoding: try tasks.read("beir.jsonl"), as: UTF8.self)
    #expect(
      try ranked("--rerank first.run --queries queries.tsv --documents -", input: corpus) == expected)
  }

  @Test("a text may hold line breaks in CSV, and be longer than any buffer")
  func longTexts() throws {
    let long = "we like\nsoup " + String(repeating: "and fish \"\"or\"\" cake\n", count: 120_000)
    try tasks.write("d1,\"\(long)\"\nd2,we like fish\nd3,rice\nd4,cake\nd5,bread\n", to: "long.csv")
    let run = try tasks.braid(
      ["rank", "run", "--rerank", "first.run", "--queries", "queries.tsv", "--documents", "long.csv"])
    #expect(run.status == 0)
    #expect(run.output.split(separator: "\n").count == 7)
    #expect(run.messages == "1 pair of query and candidate cut to the maximum length of 128 tokens\n")
  }

  @Test("many queries of many documents are as each by itself, and rank-eval reads them")
  func many() throws {
    var run = ""
    var qrels = ""
    for query in 0..<60 {
      for place in 0..<40 {
        run += "t\(query) Q0 d\((query + place) % 50 + 100) \(place + 1) \(100 - place) other\n"
        qrels += "t\(query) 0 d\(place + 100) \(place % 7 == 0 ? 1 : 0)\n"
      }
    }
    let dishes = ["soup", "fish", "cake", "rice", "bread"]
    try tasks.write(run, to: "many.run")
    try tasks.write(qrels, to: "many.qrels")
    try tasks.write(
      (0..<60).map { "t\($0)\twho likes \(dishes[$0 % 5]) of \($0)?\n" }.joined(), to: "many-q.tsv")
    try tasks.write(
      (100..<150).map { "d\($0)\twe like \(dishes[$0 % 5]) of \($0)\n" }.joined(), to: "many-d.tsv")
    let files = "--queries many-q.tsv --documents many-d.tsv --depth 30"
    let all = try ranked("--rerank many.run \(files)")
    #expect(all.count == 60 * 40)
    for query in [0, 31, 59] {
      let own =
        run.split(separator: "\n").filter { $0.hasPrefix("t\(query) ") }.joined(separator: "\n") + "\n"
      #expect(
        try ranked("--rerank - \(files) --threads 2", input: own) == all.filter { $0[0] == "t\(query)" })
    }
    try tasks.write(all.map { $0.joined(separator: " ") + "\n" }.joined(), to: "many-again.run")
    // What is behind the depth is where it was.
    let figures = try BraidProcess.run(
      ["rank-eval", "-m", "num_ret", "-m", "P.40", "many.qrels", "many-again.run"], in: tasks.folder)
    let before = try BraidProcess.run(
      ["rank-eval", "-m", "num_ret", "-m", "P.40", "many.qrels", "many.run"], in: tasks.folder)
    #expect(figures.status == 0 && figures.output == before.output)
  }

  @Test(
    "what is missing or wrong is said with its place",
    arguments: [
      (
        "few.tsv", "documents.tsv",
        "few.tsv: lacks 1 of 2 queries that first.run names: q2\n"
      ),
      (
        "queries.tsv", "few.tsv",
        "few.tsv: lacks 5 of 5 documents that first.run names: d3, d4, d1, d2, d5\n"
      ),
      ("queries.tsv", "none.tsv", "none.tsv: no such file\n"),
      ("queries.tsv", "empty.tsv", "empty.tsv: found an empty file\n"),
      ("queries.tsv", "no-tab.tsv", "no-tab.tsv:2: found no TAB, expected an id and a text with a TAB"),
      ("queries.tsv", "three.tsv", "three.tsv:2: found 3 columns, expected 2, as in the first line\n"),
      ("queries.tsv", "wide.tsv", "wide.tsv:1: found 4 columns, expected 2 (id, text), or a header with"),
      ("queries.tsv", "twice.tsv", "twice.tsv:3: the id \"d1\" is there already\n"),
      ("queries.tsv", "open.csv", "open.csv:2: found a quotation mark that is not closed\n"),
      ("queries.tsv", "inner.csv", "inner.csv:2: column 1: found a quotation mark inside a field"),
      ("queries.tsv", "bad.jsonl", "bad.jsonl:2: found \"}\", expected a value (a JSON object a line)\n"),
      (
        "queries.tsv", "untold.jsonl",
        "untold.jsonl:1: found an object without it, expected a member \"text\""
      ),
    ])
  func errors(queries: String, documents: String, message: String) throws {
    for (name, text) in [
      ("few.tsv", "q1\twho likes soup?\n"), ("empty.tsv", ""), ("no-tab.tsv", "d1\ta\nd2 b\n"),
      ("three.tsv", "d1\ta\nd2\tb\tc\n"), ("wide.tsv", "d1\ta\tb\tc\n"),
      ("twice.tsv", "d1\ta\nd2\tb\nd1\tc\n"),
      ("open.csv", "d1,a\nd2,\"b\nd3,c\n"), ("inner.csv", "d1,a\nd2,5\" \"b\nd3,c\n"),
      ("bad.jsonl", "{\"_id\": \"d1\", \"text\": \"a\"}\n{\"_id\": \"d2\", \"text\": }\n"),
      ("untold.jsonl", "{\"_id\": \"d1\"}\n"),
    ] {
      try tasks.write(text, to: name)
    }
    let run = try tasks.braid(
      ["rank", "run", "--rerank", "first.run", "--queries", queries, "--documents", documents])
    #expect(run.status == 1 && run.output == "")
    #expect(run.messages.hasPrefix("braid rank: \(message)"), "\(run.messages)")
  }

  @Test(
    "options that do not go together have status 2",
    arguments: [
      ("", "FILE is missing; --rerank RUN takes its place"),
      (
        "queries.tsv --rerank first.run --queries queries.tsv --documents documents.tsv", "exclude each other"
      ),
      ("--rerank first.run --documents documents.tsv", "--rerank RUN needs --queries FILE"),
      ("--rerank first.run --queries queries.tsv", "--rerank RUN needs --documents FILE"),
      ("queries.tsv --depth 3", "--depth is for --rerank RUN"),
      ("--rerank - --queries - --documents documents.tsv", "standard input can be read once"),
      ("--rerank first.run --queries queries.tsv --documents documents.tsv --depth 0", "--depth takes"),
    ])
  func misuse(arguments: String, message: String) throws {
    let run = try tasks.braid(["rank", "run"] + arguments.split(separator: " ").map(String.init))
    #expect(run.status == 2 && run.output == "")
    #expect(run.messages.contains(message), "\(run.messages)")
  }

  @Test("a run that is none, or names a document twice, is an error with its line")
  func badRuns() throws {
    for (run, message) in [
      ("q1 Q0 d1 1\n", "standard input:1: found 4 fields, expected 6"),
      ("q1 Q0 d1 1 2 x\nq1 Q0 d1 2 1 x\n", "standard input:2: query 'q1' has document 'd1' twice"),
    ] {
      let found = try tasks.braid(
        ["rank", "run", "--rerank", "-", "--queries", "queries.tsv", "--documents", "documents.tsv"],
        input: run)
      #expect(found.status == 1 && found.output == "")
      #expect(found.messages.contains(message), "\(found.messages)")
    }
  }
}
