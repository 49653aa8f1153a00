import CommandLineOptions
import Evaluation
import Foundation
import Tasks
import Training
import Wording

/// `braid rank`
enum RankCommand {
  static let file = CommandArgument<String?>.optional(
    "FILE", help: "Queries and candidates, without --rerank; '-' is standard input.")
  static let tag = CommandOption<String>.text(
    "tag", "NAME", default: "braid", help: "The name of the run, for the last column.")

  static let rerank = CommandOption<String?>.path(
    "rerank", "RUN", help: "The TREC run of another system; '-' is standard input.")
  static let queries = CommandOption<String?>.path("queries", "FILE", help: "The texts of its queries.")
  static let documents = CommandOption<String?>.path(
    "documents", "FILE", help: "The texts of its documents, and any others.")
  static let depth = CommandOption<Int>.integer(
    "depth", "K", in: .atLeast(1), default: 100,
    help: "The documents of a query that are ordered anew, from the first.")

  static let command = Command(
    "rank",
    summary: "Rank the candidates of queries, or another system's run, as a TREC run file",
    discussion: [
      "A line of FILE holds a query and a candidate with a TAB between them, or query ID, query, candidate ID and "
        + "candidate. There is no header, and the candidates of a query stand together. Without IDs queries are numbered "
        + "from 1, and the candidates of each from 0.",
      "With --rerank the first K documents of each query of a run are ordered by the model; the rest keep their order "
        + "behind them. Queries and documents are files of an ID and a text a row: with a TAB between them, CSV, or JSON "
        + "lines as BEIR has them (_id, title, text). A header may name columns so. Files may be compressed with gzip. Of "
        + "the documents only those that the run names are kept in memory.",
      "Prints 'queryID Q0 candidateID rank score tag' for each candidate, the best of each query first, as 'braid "
        + "rank-eval' and trec_eval read it. Equal scores are ordered as trec_eval does.",
    ],
    arguments: [checkpoint, file],
    options: [
      OptionGroup("Options", TaskChoice.rankings.option, tag, threads, precision),
      OptionGroup("Another system's run", rerank, queries, documents, depth),
    ],
    examples: [
      .init("braid rank checkpoints/wikiqa questions.tsv > wikiqa.run", "Rank the candidates in a file."),
      .init(
        "braid rank wikiqa --rerank bm25.run --queries q.tsv --documents corpus.jsonl",
        "Order the first 100 documents of each query anew."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let tag = invocation[tag]
    guard !tag.isEmpty, !tag.contains(where: \.isWhitespace) else {
      throw UsageError.other("--tag takes a name without blanks, not '\(tag)'")
    }
    let inputs = try rerankInputs(invocation)
    let (folder, task) = try TaskChoice.rankings.open(invocation)
    // Before the parameters are read, as what is wrong with a file is known soon.
    let reranking = try inputs.map {
      try Reranking(run: $0.run, queries: $0.queries, documents: $0.documents, depth: invocation[depth])
    }
    let stream = try reranking == nil ? invocation[file].map { try CandidateStream(path: $0) } : nil
    let model = try folder.model(on: device(for: invocation))
    let predictor = try TextPredictor(model, task: task.name)
    if let reranking {
      try rerank(reranking, with: predictor, invocation)
    } else {
      try stream?.forEachBatch { try rank($0, with: predictor, invocation) }
    }
    if predictor.truncatedCount > 0 {
      invocation.say(
        "\(counted(predictor.truncatedCount, "pair")) of query and candidate cut to the maximum length of "
          + "\(counted(predictor.maximumLength, "token"))")
    }
  }

  /// The files of a run to order anew; nil when candidates come from `FILE`.
  private static func rerankInputs(
    _ invocation: Invocation
  ) throws -> (run: String, queries: String, documents: String)? {
    guard let run = invocation[rerank] else {
      let stray: [any DeclaredOption] = [queries, documents, depth]
      if let option = stray.first(where: { invocation.options.isGiven($0) }) {
        throw UsageError.other("--\(option.declaration.name) is for --rerank RUN")
      }
      guard invocation[file] != nil else {
        throw UsageError.other("FILE is missing; --rerank RUN takes its place")
      }
      return nil
    }
    guard invocation[file] == nil else {
      throw UsageError.other("FILE and --rerank RUN exclude each other")
    }
    guard let queryFile = invocation[queries], let documentFile = invocation[documents] else {
      let missing = invocation[queries] == nil ? "--queries FILE" : "--documents FILE"
      throw UsageError.other("--rerank RUN needs \(missing)")
    }
    guard [run, queryFile, documentFile].count(where: { $0 == "-" }) < 2 else {
      throw UsageError.other("standard input can be read once")
    }
    return (run, queryFile, documentFile)
  }

  private static func rank(
    _ lists: [CandidateList], with predictor: TextPredictor, _ invocation: Invocation
  ) throws {
    let texts = lists.flatMap { list in list.candidates.map { InputText(list.query, pair: $0) } }
    let scores = try predictor.predictions(for: texts).map { $0.first ?? .nan }
    var start = 0
    for list in lists {
      let own = Array(scores[start..<start + list.candidates.count])
      start += own.count
      let order = RankedQuery.order(scores: own, documentIDs: list.candidateIDs)
      write(list.queryID, order.map { (list.candidateIDs[$0], own[$0]) }, invocation)
    }
    try invocation.output.flush()
  }

  private static func rerank(
    _ reranking: Reranking, with predictor: TextPredictor, _ invocation: Invocation
  ) throws {
    let total = reranking.pairCount
    let showsProgress = Terminal.isInteractive(STDERR_FILENO) && !invocation.output.isTerminal
    try reranking.forEachQuery { pairs in
      try predictor.predictions(for: pairs).map { $0.first ?? .nan }
    } _: { query, ranked, done in
      write(query, ranked, invocation)
      if showsProgress {
        invocation.messages.write("\r\(grouped(done)) of \(counted(total, "pair"))")
        try invocation.messages.flush()
      }
    }
    if showsProgress { invocation.messages.write("\r\u{1B}[K") }
    try invocation.output.flush()
  }

  private static func write(
    _ query: String, _ ranked: [(document: String, score: Float)], _ invocation: Invocation
  ) {
    let tag = invocation[tag]
    for (rank, entry) in ranked.enumerated() {
      invocation.output.write("\(query) Q0 \(entry.document) \(rank + 1) \(entry.score) \(tag)\n")
    }
  }
}
