import CommandLineOptions
import Evaluation
import RankingFiles
import Training
import Wording

/// A run of another system, of which a model orders the first documents of each query anew. The others keep their order
/// behind them.
struct Reranking {
  let run: EntryTable
  /// How many documents of a query are ordered anew.
  let depth: Int
  private let queries: IdentifiedTexts
  private let documents: IdentifiedTexts
  /// Enough pairs at once to sort them by length.
  private static let batch = 1024

  /// Reads the run, and of the texts those that it names.
  ///
  /// - Throws: an error that names the ids without a text.
  init(run path: String, queries queryFile: String, documents documentFile: String, depth: Int) throws {
    run = try RankEvalInput.run(path)
    self.depth = depth
    var queries = IdentifiedTexts()
    var documents = IdentifiedTexts()
    for query in run.queriesInFileOrder {
      queries.add(run.queryID(query))
      for id in run.rankedDocumentIDs(of: query, 0..<depth) { documents.add(id) }
    }
    try queries.read(queryFile)
    try Self.check(queries, "query", in: queryFile, run: run.name)
    try documents.read(documentFile)
    try Self.check(documents, "document", in: documentFile, run: run.name)
    self.queries = queries
    self.documents = documents
  }

  private static func check(_ texts: IdentifiedTexts, _ noun: String, in file: String, run: String) throws {
    let missing = texts.missing
    guard !missing.isEmpty else { return }
    let shown = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? ", …" : "")
    throw CommandError(
      "\(file == "-" ? "standard input" : file): lacks \(grouped(missing.count)) of "
        + "\(counted(texts.count, noun)) that \(run) names: \(shown)")
  }

  /// Pairs of a query and a document that the model looks at.
  var pairCount: Int {
    run.queriesInFileOrder.reduce(0) { $0 + min(run.documentCount(of: $1), depth) }
  }

  /// Orders each query's documents, the queries in the order of the run.
  ///
  /// - Parameters:
  ///   - predict: gives each pair of a query and a document its score.
  ///   - body: is handed a query with its documents, best first, and their scores, which fall or stay the same; and how many
  ///     pairs have been scored so far.
  func forEachQuery(
    predict: ([InputText]) throws -> [Float],
    _ body: (_ query: String, _ ranked: [(document: String, score: Float)], _ pairsDone: Int) throws -> Void
  ) rethrows {
    let order = run.queriesInFileOrder
    var next = 0
    var done = 0
    while next < order.count {
      let first = next
      var pairs: [InputText] = []
      var heads: [[String]] = []
      while next < order.count, pairs.count < Self.batch {
        let head = run.rankedDocumentIDs(of: order[next], 0..<depth)
        let query = queries[run.queryID(order[next])] ?? ""
        pairs += head.map { InputText(query, pair: documents[$0] ?? "") }
        heads.append(head)
        next += 1
      }
      let scores = try predict(pairs)
      var start = 0
      for (query, head) in zip(order[first..<next], heads) {
        let own = Array(scores[start..<start + head.count])
        start += head.count
        let tail = run.rankedDocumentIDs(of: query, head.count..<Int.max)
        try body(run.queryID(query), Self.ranked(head, own, before: tail), done + start)
      }
      done += pairs.count
    }
  }

  /// - Parameter tail: documents without a score, which get scores below all others in steps of one, so that whoever
  ///   reads the run finds them in this order.
  private static func ranked(
    _ head: [String], _ scores: [Float], before tail: [String]
  ) -> [(document: String, score: Float)] {
    var result = RankedQuery.order(scores: scores, documentIDs: head).map { (head[$0], scores[$0]) }
    var score = result.last?.1 ?? 0
    for document in tail {
      // Beside great scores one is too little to tell numbers of 32 bits apart.
      score = min(score - 1, score.nextDown)
      result.append((document, score))
    }
    return result
  }
}
