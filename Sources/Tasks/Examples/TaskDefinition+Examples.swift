import Randomness
import Wording

extension TaskDefinition {
  /// This task with its labels, or the range of its scores, collected from the training rows if the task file
  /// does not give them. Labels are sorted, as numbers if all are whole numbers.
  ///
  /// - Throws: `DataError` for rows that cannot be read, `TaskFileError` if there is nothing to collect from.
  public func resolved() throws -> TaskDefinition {
    switch type.target {
    case let target where target.hasLabels && labels.isEmpty: return try collectingLabels()
    case .score where range == nil: return try collectingRange()
    default: return self
    }
  }

  /// Reads and tokenises a split; nil if the task has no such split. Labels and range must be settled: see
  /// `resolved()`.
  ///
  /// - Parameter maximumLength: the most tokens that the encoder takes.
  /// - Throws: `DataError`
  public func examples(
    of split: Split, encoder: any TextEncoder, maximumLength: Int
  ) throws(DataError) -> Examples? {
    guard let source = self[split] else { return nil }
    let examples = try self.examples(from: source, encoder: encoder, maximumLength: maximumLength)
    guard examples.count > 0 else {
      throw DataError(file: source.files.joined(separator: ", "), found: "no rows", expected: "at least one")
    }
    return examples
  }

  /// Reads and tokenises rows, labelled or not.
  ///
  /// - Throws: `DataError`
  public func examples(
    from source: SplitSource, encoder: any TextEncoder, maximumLength: Int
  ) throws(DataError) -> Examples {
    let uses = ColumnUse.allCases.filter { source.columns[$0] != nil && type.column($0) != nil }
    let isTaken = try sampledRows(of: source)
    let targets = TargetReader(task: self, prefix: source.layout.labelPrefix)
    let prefix = source.layout.labelPrefix
    let place = { (use: ColumnUse) in uses.firstIndex(of: use) }
    let (text, pair, label) = (place(.text), place(.pair), place(.label))
    let (queryID, candidateID) = (place(.queryID), place(.candidateID))
    let answerStart = place(.answerStart)
    if type.target == .maskedTokens, encoder.masking == nil {
      throw DataError(
        file: source.files.joined(separator: ", "), found: "an encoder whose vocabulary has no [MASK]",
        expected: "one that can hide tokens, for the task \(quoted(name))")
    }
    var builder = ExampleBuilder(
      type: type, isLabelled: source.isLabelled || !type.hasLabelColumn, encoder: encoder,
      maximumLength: min(maximumLength, self.maximumLength ?? .max), stride: stride)
    var number = 0
    var file = -1

    try SplitRows(source: source).forEach(uses) { header throws(DataError) in
      // A file without a header, read as if it had one, would lose its first row unseen.
      guard let label, case .number? = source.columns[.label], type.target != .answer,
        (try? targets.target(header.fields[label])) != nil
      else { return }
      throw header.error(
        label, found: "the label \(quoted(header.fields[label])) in the header row",
        expected: "a column's name; if the file has no header, set header: false")
    } row: { row throws(DataError) in
      defer { number += 1 }
      guard isTaken?[number] ?? true else { return }
      while file < row.file {
        file += 1
        builder.begin(source.files[file])
      }
      var target: Target?
      if let label, type.target == .answer {
        do throws(AnswerReader.Problem) {
          target = .answers(
            try AnswerReader.answers(
              row.fields[label], starts: answerStart.map { row.fields[$0] },
              in: pair.map { row.fields[$0] } ?? ""))
        } catch {
          throw row.error(
            error.isOfStart ? answerStart ?? label : label, found: error.found, expected: error.expected)
        }
      } else if let label {
        do throws(TargetReader.Problem) { target = try targets.target(row.fields[label]) } catch {
          throw row.error(label, found: error.found, expected: error.expected)
        }
        if case .tags(let tags)? = target, let text {
          let words = Words.ranges(in: row.fields[text]).count
          guard tags.count == words else {
            throw row.error(
              label, found: "\(counted(tags.count, "label")) for \(counted(words, "word"))",
              expected: "a label for each word, with blanks between them")
          }
        }
      }
      if let text, let prefix, row.fields[text].hasPrefix(prefix) {
        throw row.error(text, found: "a second label", expected: "one label a line")
      }
      try builder.append(
        text.map { row.fields[$0] } ?? "", pair.map { row.fields[$0] }, target: target,
        queryID: queryID.map { row.fields[$0] }, candidateID: candidateID.map { row.fields[$0] },
        row: number, line: row.line)
      if let text, target != nil, type.target == .tags, builder.isLastUnmarked {
        throw row.error(
          text, found: row.fields[text].isEmpty ? "nothing" : quoted(row.fields[text]),
          expected: "at least one word with a visible character")
      }
    }
    return builder.finish()
  }

  /// For each row of a source with a sample, whether it is in it; nil without a sample.
  private func sampledRows(of source: SplitSource) throws(DataError) -> [Bool]? {
    guard let sample = source.sample else { return nil }
    var groups: [Int] = []
    var known: [String: Int] = [:]
    var count = 0
    let isRanking = type.target == .relevance
    let key: ColumnUse = source.columns[.queryID] == nil ? .text : .queryID
    try SplitRows(source: source).forEach(isRanking ? [key] : []) { row throws(DataError) in
      if isRanking, let name = row.fields.first {
        if let group = known[name] {
          groups.append(group)
          return
        }
        known[name] = count
      }
      groups.append(count)
      count += 1
    }
    let size =
      switch sample {
      case .count(let wanted): min(wanted, count)
      case .fraction(let fraction): min(max(Int((fraction * Double(count)).rounded()), 1), count)
      }
    var order = Array(0..<count)
    var generator = SplitMix64(seed: 0, stream: 0)
    generator.shuffle(&order)
    var isTaken = [Bool](repeating: false, count: count)
    for group in order.prefix(size) { isTaken[group] = true }
    return groups.map { isTaken[$0] }
  }

  private func collectingLabels() throws -> TaskDefinition {
    guard let train, train.isLabelled else {
      throw error("labels", found: "neither labels nor training rows", expected: "one of the two")
    }
    var seen: Set<String> = []
    try SplitRows(source: train).forEach([.label]) { row throws(DataError) in
      do throws(TargetReader.Problem) {
        for label in try TargetReader.labels(
          in: row.fields[0], of: type.target, prefix: train.layout.labelPrefix)
        {
          guard !label.isEmpty else { throw TargetReader.Problem(found: "nothing", expected: "a label") }
          seen.insert(label)
        }
      } catch { throw row.error(0, found: error.found, expected: error.expected) }
    }
    guard seen.count >= 2 else {
      throw DataError(
        file: train.files.joined(separator: ", "), column: train.columns[.label]?.description ?? "",
        found: seen.first.map { "only the label \(quoted($0))" } ?? "no rows", expected: "at least two labels"
      )
    }
    var task = self
    if seen.allSatisfy({ Int($0) != nil }) {
      task.labels = seen.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
    } else {
      task.labels = seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    return task
  }

  private func collectingRange() throws -> TaskDefinition {
    guard let train, train.isLabelled else {
      throw error("range", found: "neither a range nor training rows", expected: "one of the two")
    }
    var low = Double.infinity
    var high = -Double.infinity
    let targets = TargetReader(task: self, prefix: train.layout.labelPrefix)
    try SplitRows(source: train).forEach([.label]) { row throws(DataError) in
      do throws(TargetReader.Problem) {
        guard case .score(let score) = try targets.target(row.fields[0]) else { return }
        low = min(low, Double(score))
        high = max(high, Double(score))
      } catch { throw row.error(0, found: error.found, expected: error.expected) }
    }
    guard low < high else {
      throw DataError(
        file: train.files.joined(separator: ", "), column: train.columns[.label]?.description ?? "",
        found: low == high ? "only the score \(low)" : "no rows", expected: "different scores")
    }
    var task = self
    task.range = low...high
    return task
  }
}
