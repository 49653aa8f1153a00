import CommandLineOptions
import Evaluation
import Wording

/// `braid rank-eval`
enum RankEvalCommand {
  static let judgements = CommandArgument<String>.required(
    "QRELS", help: "Judgements of documents; '-' is standard input.")
  static let runs = CommandArgument<[String]>.many(
    "RUN", atLeast: 1, help: "Results to evaluate; '-' is standard input.")

  static let measures = CommandOption<[String]>.texts(
    "measure", letter: "m", "NAME", defaultShown: "official; of several runs AP, nDCG@10, RR, P@10 and R@100",
    help: "A measure or a group of them: official, set, all_trec.")
  static let queries = CommandOption<Bool>.flag(
    "query-lines", letter: "q", help: "Print the figures of each query too.")
  static let complete = CommandOption<Bool>.flag(
    "complete", letter: "c", help: "Count judged queries that a run lacks, with 0.")
  static let silent = CommandOption<Bool>.flag(
    "without-summary", letter: "n", help: "Print no figures over all queries.")
  static let level = CommandOption<Int>.integer(
    "level", letter: "l", in: .between(0, 1_000_000), default: 1,
    help: "The lowest level that counts as relevant.")
  static let depth = CommandOption<Int?>.integer(
    "depth", letter: "M", in: .atLeast(1), defaultShown: "all", help: "Documents of a query to look at.")
  static let judgedOnly = CommandOption<Bool>.flag(
    "judged-only", letter: "J", help: "Leave out documents without a judgement.")
  static let collection = CommandOption<Int>.integer(
    "collection-size", letter: "N", in: .between(0, 1_000_000_000_000_000), default: 0,
    help: "Documents there are, for 'utility'.")

  static let json = CommandOption<Bool>.flag("json", help: "Print one JSON object.")
  static let csv = CommandOption<Bool>.flag("csv", help: "Print a table with commas.")
  static let perQuery = CommandOption<String?>.path(
    "per-query", "FILE", help: "Write every query's figures to this file (.csv, .jsonl, else with TABs).")
  static let rounds = CommandOption<Int>.integer(
    "rounds", in: .between(100, 10_000_000), default: 10_000, help: "Rounds of the randomisation test.")
  static let seed = CommandOption<Int>.integer(
    "seed", in: .atLeast(0), default: 1, help: "The seed of the randomisation test.")

  /// What several runs are compared by unless measures are named.
  static let comparedMeasures = ["AP", "nDCG@10", "RR", "P@10", "R@100"]

  static let command = Command(
    "rank-eval",
    summary: "Measure rankings against judgements, as trec_eval does",
    discussion: [
      "Prints for one RUN what trec_eval 9.0.8 prints with the same options, to the byte. Several runs come as a table "
        + "in which each is compared with the first: how its mean changes, in how many queries it is better and worse, "
        + "and how likely such a change would be by chance, by a paired t-test and a randomisation test (two-sided, "
        + "corrected after Holm for the number of runs).",
      "QRELS has lines of query, iteration, document and level; or a header and TABs, or a JSON object a line, as BEIR "
        + "has them. RUN has lines of query, Q0, document, rank, score and run name. Files may be compressed with gzip.",
      "NAME is one of trec_eval's with its parameters (P.5,10, ndcg_cut.10, ndcg.1=3), or one of ir_measures': "
        + MeasureSelection.namedMeasures.joined(separator: ", ")
        + ", with parameters and a cut-off as in AP(rel=2), RBP(p=0.8), nDCG@10.",
      "The exit status is trec_eval's too: 1 for a measure that there is not, 2 for input that can't be read, 4 for a "
        + "document that is twice in a query, 7 when no query has both results and judgements.",
    ],
    arguments: [judgements, runs],
    options: [
      OptionGroup(
        "Options, with trec_eval's letters", measures, queries, complete, silent, level, depth, judgedOnly,
        collection),
      OptionGroup("Output and comparison", json, csv, perQuery, rounds, seed),
    ],
    examples: [
      .init(
        "braid rank-eval -q -c -m all_trec qrels.txt bm25.run", "All of trec_eval's measures, query by query."
      ),
      .init("braid rank-eval -m nDCG@10 -m 'AP(rel=2)' qrels.txt bm25.run dense.run", "Two runs compared."),
    ],
    run: run)

  private static func run(_ invocation: Invocation) throws {
    let paths = invocation[runs]
    let isSingle = paths.count == 1
    let printsLines = isSingle && !invocation[json] && !invocation[csv]
    try checkUse(invocation, printsLines: printsLines)
    do {
      try evaluate(invocation, paths, printsLines: printsLines)
    } catch let error as MeasureNameError {
      try fail(invocation, "\(error)", status: error.status)
    } catch let error as TRECFileError {
      if case .duplicate = error.problem { try fail(invocation, "\(error)", status: 4) }
      try fail(invocation, "\(error)", status: 2)
    }
  }

  private static func checkUse(_ invocation: Invocation, printsLines: Bool) throws {
    if invocation[json], invocation[csv] { throw UsageError.other("--json and --csv exclude each other") }
    if ([invocation[judgements]] + invocation[runs]).count(where: { $0 == "-" }) > 1 {
      throw UsageError.other("standard input can be read once")
    }
    for option in [queries, silent] where invocation[option] && !printsLines {
      let letter = option.declaration.letter.map { "-\($0)" } ?? ""
      throw UsageError.other(
        "\(letter) is for the lines of one run; --per-query FILE writes the figures of queries")
    }
  }

  private static func evaluate(_ invocation: Invocation, _ paths: [String], printsLines: Bool) throws {
    let conditions = MeasureConditions(
      relevantFrom: invocation[level], collectionSize: invocation[collection])
    let names = invocation[measures]
    let selection = try MeasureSelection(
      names.isEmpty && paths.count > 1 ? comparedMeasures : names, conditions: conditions)
    let options = RunFigures.Options(
      limit: invocation[depth] ?? .max, judgedOnly: invocation[judgedOnly], isComplete: invocation[complete])
    for note in selection.notes { invocation.say(note) }
    let judged = try RankEvalInput.judgements(invocation[judgements])
    let lines = TRECLines(selection, to: invocation.output)
    let printsQueries = printsLines && invocation[queries]
    let file = try invocation[perQuery].map { try PerQueryFile($0) }
    var all: [RunFigures] = []
    for path in paths {
      let run = try RankEvalInput.run(path)
      let figures = RunFigures(
        of: run, judged, selection, options, keepsQueries: file != nil || paths.count > 1
      ) { query, id, values in
        if printsQueries { lines.write(query, id, values) }
      }
      guard figures.queryCount > 0 else {
        try fail(invocation, "\(run.name): no query has both results and judgements", status: 7)
      }
      note(figures, of: run.name, judged, options, invocation)
      all.append(figures)
    }
    let (rounds, seed) = (invocation[rounds], UInt64(invocation[seed]))
    let report = RankEvalReport(
      judgementsPath: invocation[judgements], judgements: judged, selection: selection, options: options,
      paths: paths, runs: all,
      comparisons: RunComparison.all(all, selection, rounds: rounds, seed: seed), rounds: rounds, seed: seed)
    if printsLines {
      if !invocation[silent] { lines.writeSummary(all[0]) }
    } else if invocation[json] {
      invocation.output.write(report.json() + "\n")
    } else {
      invocation.output.write(invocation[csv] ? report.csv() : report.table())
    }
    try file?.write(report)
    for note in report.comparisonNotes { invocation.say(note) }
  }

  /// Says on standard error which queries do not count, or count as 0.
  private static func note(
    _ figures: RunFigures, of name: String, _ judged: EntryTable, _ options: RunFigures.Options,
    _ invocation: Invocation
  ) {
    let missing = figures.missingQueryIDs
    if !missing.isEmpty {
      let some = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? ", …" : "")
      let counts = options.isComplete ? "counted as 0" : "left out; -c counts them as 0"
      invocation.say(
        "\(name): lacks \(grouped(missing.count)) of \(counted(judged.queryCount, "judged query")) (\(some)): \(counts)"
      )
    }
    if figures.unjudgedQueryCount > 0 {
      let count = figures.unjudgedQueryCount
      invocation.say(
        "\(name): \(counted(count, "query")) without judgements: left out")
    }
  }

  private static func fail(_ invocation: Invocation, _ message: String, status: Int32) throws -> Never {
    invocation.say("braid rank-eval: \(message)")
    throw ExitStatus(status)
  }
}

extension MeasureNameError {
  /// Trec_eval's exit status for it.
  fileprivate var status: Int32 {
    switch self {
    case .unknown, .emptyParameters: 1
    case .badParameters: 2
    case .wrongNumber: 4
    }
  }
}
