import CommandLineOptions
import Evaluation
import Tasks
import Training
import Wording

/// What `braid rank-eval` found, as a table, as JSON or as CSV.
struct RankEvalReport {
  let judgementsPath: String
  let judgements: EntryTable
  let selection: MeasureSelection
  let options: RunFigures.Options
  let paths: [String]
  let runs: [RunFigures]
  let comparisons: [RunComparison]
  let rounds: Int
  let seed: UInt64

  /// What the runs are called: by their own names, or by their files where those do not tell them apart.
  var labels: [String] {
    let names = runs.map(\.runName)
    return Set(names).count == names.count ? names : paths
  }

  /// Which queries comparisons are over, where those are not all that the runs have.
  var comparisonNotes: [String] {
    var noted: Set<Int> = []
    return comparisons.compactMap { comparison in
      let counts = [runs[0], runs[comparison.run]].map(\.queryIDs.count)
      guard counts != [comparison.queries, comparison.queries], noted.insert(comparison.run).inserted else {
        return nil
      }
      return "\(paths[comparison.run]): compared with \(paths[0]) over the "
        + "\(counted(comparison.queries, "query")) that both have; their values are over all of their own"
    }
  }

  /// The figures that tables show, with their places.
  private var figures: [(name: String, place: Int, isCount: Bool)] {
    var figures: [(String, Int, Bool)] = []
    var place = 0
    for measure in selection.measures {
      for name in measure.names {
        if measure.text == nil, name != "runid" { figures.append((name, place, measure.isCount)) }
        place += 1
      }
    }
    return figures
  }

  // MARK: - Table

  func table() -> String {
    var table = TextTable(
      ["Measure", "Run", "Value", "Change", "Better", "Worse", "t-test", "Randomisation"],
      alignments: [.left, .left, .right, .right, .right, .right, .right, .right])
    for (name, place, isCount) in figures {
      for (index, run) in runs.enumerated() {
        let value = isCount ? String(Int(run.summary[place])) : shownFigure(run.summary[place])
        var cells = [index == 0 ? name : "", labels[index], value]
        if let comparison = comparison(name, index) {
          cells += [
            (comparison.difference > 0 ? "+" : "") + shownFigure(comparison.difference),
            "\(comparison.better)", "\(comparison.worse)", Self.shown(comparison.correctedT),
            Self.shown(comparison.correctedRandom),
          ]
        }
        table.add(cells)
      }
    }
    return table.render()
  }

  private func comparison(_ measure: String, _ run: Int) -> RunComparison? {
    comparisons.first { $0.measure == measure && $0.run == run }
  }

  private static func shown(_ probability: Double?) -> String {
    guard let probability else { return "-" }
    return probability < 0.0001 ? "<0.0001" : shownFigure(probability)
  }

  // MARK: - JSON

  func json() -> String {
    var members: [JSONValue.Member] = [
      .init("judgements", .text(judgementsPath)), .init("queries", .number(judgements.queryCount)),
      .init("missingCountAsZero", .flag(options.isComplete)),
      .init(
        "runs",
        .list(
          zip(paths, runs).map { path, run in
            .object([
              .init("file", .text(path)), .init("name", .text(run.runName)),
              .init("queries", .number(run.queryCount)),
              .init("missingQueries", .number(run.missingQueryIDs.count)),
              .init("queriesWithoutJudgements", .number(run.unjudgedQueryCount)),
              .init(
                "measures", .object(figures.map { .init($0.name, .number(run.summary[$0.place])) })),
            ])
          })),
    ]
    if !comparisons.isEmpty {
      members.append(.init("comparisons", .list(comparisons.map(json))))
      members.append(
        .init(
          "randomisation", .object([.init("rounds", .number(rounds)), .init("seed", .number(Int(seed)))])))
    }
    return JSONValue.object(members).encodedLine()
  }

  private func json(_ comparison: RunComparison) -> JSONValue {
    .object([
      .init("measure", .text(comparison.measure)), .init("run", .text(labels[comparison.run])),
      .init("baseline", .text(labels[0])), .init("queries", .number(comparison.queries)),
      .init("difference", .number(comparison.difference)), .init("better", .number(comparison.better)),
      .init("worse", .number(comparison.worse)), .init("t", .number(comparison.t)),
      .init("pT", .number(comparison.tProbability)), .init("pTHolm", .number(comparison.correctedT)),
      .init("pRandomisation", .number(comparison.randomProbability)),
      .init("pRandomisationHolm", .number(comparison.correctedRandom)),
    ])
  }

  // MARK: - CSV

  func csv() -> String {
    let titles = ["run", "measure", "value"] + (comparisons.isEmpty ? [] : Self.comparisonTitles)
    var rows = [titles]
    for (name, place, _) in figures {
      for (index, run) in runs.enumerated() {
        var row = [labels[index], name, Self.text(run.summary[place])]
        if !comparisons.isEmpty {
          if let one = comparison(name, index) {
            row += [
              "\(one.queries)", Self.text(one.difference), "\(one.better)", "\(one.worse)", Self.text(one.t),
              Self.text(one.tProbability), Self.text(one.correctedT), Self.text(one.randomProbability),
              Self.text(one.correctedRandom),
            ]
          } else {
            row += Self.comparisonTitles.map { _ in "" }
          }
        }
        rows.append(row)
      }
    }
    return rows.map { $0.map(csvField).joined(separator: ",") + "\n" }.joined()
  }

  private static let comparisonTitles = [
    "queries", "difference", "better", "worse", "t", "p_t", "p_t_holm", "p_randomisation",
    "p_randomisation_holm",
  ]

  static func text(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "" }
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }
}

/// A field of a file with commas, in quotes where it must be (RFC 4180).
func csvField(_ text: String) -> String {
  guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
    return text
  }
  return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
