import Bytes

/// A run beside the judgements of its queries.
struct RunJoin: Sendable {
  private let judgements: EntryTable
  private let run: EntryTable
  /// Places of the queries that both have, in the order of the ids' bytes.
  private let pairs: [(judged: Int, retrieved: Int)]
  /// Places of judged queries that the run lacks.
  private let missing: [Int]
  /// Queries of the run without judgements.
  let unjudgedQueryCount: Int

  var queryCount: Int { pairs.count }

  init(_ judgements: EntryTable, _ run: EntryTable) {
    self.judgements = judgements
    self.run = run
    var pairs: [(Int, Int)] = []
    var missing: [Int] = []
    judgements.bytes.withBytes { text in
      run.bytes.withBytes { runText in
        var place = 0
        for judged in judgements.queries.indices {
          // Both are in the order of the ids.
          let id = judgements.queries[judged].id
          var order = -1
          while place < run.queries.count {
            order = text.order(id, runText, run.queries[place].id)
            if order <= 0 { break }
            place += 1
          }
          if order == 0, place < run.queries.count {
            pairs.append((judged, place))
            place += 1
          } else {
            missing.append(judged)
          }
        }
      }
    }
    self.pairs = pairs
    self.missing = missing
    unjudgedQueryCount = run.queries.count - pairs.count
  }

  /// Judged queries that the run lacks, in the order of the ids' bytes.
  var missingQueryIDs: [String] { missing.map(judgements.queryID) }

  /// Those queries, with nothing retrieved.
  func missingQueries() -> [RankedQuery] {
    missing.map { place in
      let (ideal, nonrelevant) = idealLevels(judgements.queries[place].entries)
      return RankedQuery(
        id: judgements.queryID(place), levels: [], idealLevels: ideal, nonrelevantCount: nonrelevant)
    }
  }

  /// Ranks the documents of each query that both have, one query at a time.
  ///
  /// - Parameters:
  ///   - limit: documents of each query that are looked at, the best ranked (trec_eval's `-M`).
  ///   - judgedOnly: leave out documents without a judgement (`-J`).
  ///   - body: is handed the query, and its id as the file has it, which need not be UTF-8.
  func forEachQuery<Failure>(
    limit: Int = .max, judgedOnly: Bool = false,
    _ body: (RankedQuery, _ id: [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var index = DocumentIndex()
    for pair in pairs {
      let judged = judgements.queries[pair.judged].entries
      let order = run.rankedPlaces(run.queries[pair.retrieved].entries).prefix(limit)
      var levels = self.levels(of: order, judged, &index)
      if judgedOnly { levels.removeAll { $0 < 0 } }
      let (ideal, nonrelevant) = idealLevels(judged)
      try body(
        RankedQuery(
          id: judgements.queryID(pair.judged), levels: levels, idealLevels: ideal,
          nonrelevantCount: nonrelevant),
        judgements.bytes.withBytes { ByteField(judgements.queries[pair.judged].id).bytes(in: $0) })
    }
  }

  private func levels(
    of places: ArraySlice<UInt64>, _ judged: Range<Int>, _ index: inout DocumentIndex
  ) -> [Int] {
    judgements.bytes.withBytes { text in
      run.bytes.withBytes { runText in
        // Duplicates have been looked for when the table was read.
        _ = index.fill(from: judgements, text, judged)
        let (index, entries, runEntries) = (index, judgements.entries.span, run.entries.span)
        return places.map { key in
          let entry = runEntries[Int(truncatingIfNeeded: key)]
          let found = index.find(entry, runText, in: entries, text, judged)
          return found.map { entries[$0].level } ?? RankedQuery.unjudged
        }
      }
    }
  }

  /// The levels above 0 of a query's judgements, highest first, and how many are 0.
  private func idealLevels(_ range: Range<Int>) -> (levels: [Int], nonrelevant: Int) {
    let few = 64
    var counts = [Int](repeating: 0, count: few)
    var high: [Int] = []
    for entry in judgements.entries[range] where entry.level >= 0 {
      if entry.level < few { counts[entry.level] += 1 } else { high.append(entry.level) }
    }
    high.sort(by: >)
    for level in (1..<few).reversed() where counts[level] > 0 {
      high += repeatElement(level, count: counts[level])
    }
    return (high, counts[0])
  }
}
