import Tokenization
import Wording

/// What one example is trained towards.
public enum Target: Sendable, Equatable {
  case label(Int32)
  case score(Float)
  case gain(Float)
  /// The label of each word.
  case tags([Int32])
  /// Of the example's labels, each once.
  case labelSet([Int32])
  /// Each alternative, in bytes of the second text.
  case answers([Range<Int>])
}

/// Tokenises texts one after the other into `Examples`.
public struct ExampleBuilder {
  private let encoder: any TextEncoder
  private let maximumLength: Int
  private let stride: Int?
  private let limit: Int
  private let isRanking: Bool
  private let isLabelled: Bool
  private var examples = Examples()
  private var classes: [Int32] = []
  private var values: [Float] = []
  private var lists = IntegerLists()
  private var answers = Answers()
  private let kind: TargetKind
  /// The query of each example, and the number of each query by its ID or text.
  private var queries: [Int32] = []
  private var queryNumbers: [String: Int32] = [:]

  /// - Parameters:
  ///   - type: says whether there are queries, and what the targets are.
  ///   - isLabelled: whether every example comes with a target, or none does.
  ///   - maximumLength: the most tokens of an example.
  ///   - stride: of the windows of contexts that are too long; nil for the usual one.
  public init(
    type: TaskType, isLabelled: Bool, encoder: any TextEncoder, maximumLength: Int, stride: Int? = nil
  ) {
    self.init(
      type: type, isLabelled: isLabelled, encoder: encoder, maximumLength: maximumLength, stride: stride,
      limit: Self.limit)
  }

  /// The most rows, lines, examples, bytes of a row's texts, words and labels of a split. They are counted in 32 bits, and a
  /// text's tokens with up to three more around them.
  private static let limit = Int(Int32.max) - 3

  /// - Parameter limit: a smaller one, for tests.
  package init(
    type: TaskType, isLabelled: Bool, encoder: any TextEncoder, maximumLength: Int, stride: Int? = nil,
    limit: Int
  ) {
    self.encoder = encoder
    self.maximumLength = maximumLength
    self.stride = stride
    self.limit = limit
    self.isLabelled = isLabelled
    kind = type.target
    isRanking = type.target == .relevance
  }

  public var count: Int { examples.count }

  /// Adds a row: an example; several where a context, or a text to hide tokens in, is too long for one; none where a text has
  /// no token to hide. For ranking, `text` is the query and `pair` the candidate; rows belong to the same
  /// query if `queryID`, or without one the text, is the same.
  ///
  /// - Parameters:
  ///   - row: the example's place in the input, from 0.
  ///   - line: its line in the file, from 1.
  /// - Throws: `DataError` for what is more than examples can count.
  public mutating func append(
    _ text: String, _ pair: String? = nil, target: Target? = nil, queryID: String? = nil,
    candidateID: String? = nil,
    row: Int, line: Int
  ) throws(DataError) {
    try check(max(row + 1, line), "row", line)
    try check(text.utf8.count + (pair?.utf8.count ?? 0), "byte", line)
    let encodings = encodings(of: text, pair)
    for (window, encoding) in encodings.enumerated() {
      try append(
        encoding, of: text, pair, window: encodings.count > 1 ? window : nil, target: target, row: row,
        line: line)
    }
    guard isRanking else { return }
    let key = queryID ?? text
    let next = Int32(queryNumbers.count)
    if let query = queryNumbers[key] {
      queries.append(query)
    } else {
      queryNumbers[key] = next
      queries.append(next)
      examples.queryNames.append(queryID ?? "\(next + 1)")
    }
    // Without an ID the name is the number within the query, known when all are there.
    examples.candidateNames.append(candidateID ?? "")
  }

  private func check(_ count: Int, _ unit: String, _ line: Int) throws(DataError) {
    guard count > limit else { return }
    let file = examples.files.last
    throw DataError(
      file: file ?? "text \(line)", line: file == nil ? 0 : line, found: counted(count, unit),
      expected: "at most \(grouped(limit))"
        + (unit == "byte" ? "" : " in one split: leave some out, or divide it"))
  }

  private func encodings(of text: String, _ pair: String?) -> [Encoding] {
    switch kind {
    case .answer:
      let whole = encoder.encode(text, pair, maximumLength: .max, tracing: true)
      return whole.windows(maximumLength: maximumLength, stride: stride)
    case .maskedTokens where isLabelled:
      guard let masking = encoder.masking else { return [] }
      let whole = encoder.encode(
        text, pair, maximumLength: pair == nil ? .max : maximumLength, tracing: false)
      return (pair == nil ? whole.stretches(maximumLength: maximumLength) : [whole])
        .filter { masking.canHide($0.ids) }
    default:
      return [encoder.encode(text, pair, maximumLength: maximumLength, tracing: kind.isOfTokens)]
    }
  }

  private mutating func append(
    _ encoding: Encoding, of text: String, _ pair: String?, window: Int?, target: Target?, row: Int,
    line: Int
  ) throws(DataError) {
    try check(examples.count + 1, "example", line)
    examples.ids += encoding.ids
    examples.segments += encoding.segments
    examples.starts.append(examples.ids.count)
    examples.pairStarts.append(Int32(encoding.pairStart))
    if encoding.isTruncated { examples.truncatedCount += 1 }
    if kind.isOfTokens {
      switch kind {
      case .answer:
        // A window without the answer is told by its first token (Devlin et al. 2019, section 4.3, and the code for SQuAD).
        if window != nil { examples.marks.append(Mark(token: 0, unit: 0, source: 0..<0)) }
        examples.marks += pieceMarks(of: encoding)
      case .maskedTokens: examples.marks += maskMarks(of: encoding)
      default: examples.marks += wordMarks(of: text, encoding)
      }
      try check(examples.marks.count, kind == .tags ? "word" : "token", line)
      examples.markStarts.append(Int32(examples.marks.count))
    }
    if kind == .answer { examples.contexts.append(pair ?? "") }
    examples.rows.append(Int32(row))
    examples.lines.append(Int32(line))
    if examples.files.count > 1 || !examples.fileIndices.isEmpty {
      examples.fileIndices.append(Int32(examples.files.count - 1))
    }
    switch target {
    case .label(let label): classes.append(label)
    case .score(let value), .gain(let value): values.append(value)
    case .answers(let ranges):
      answers.append(
        ranges, in: pair ?? "", marked: examples.marks(of: examples.count - 1), window: window)
    case .tags(let labels), .labelSet(let labels):
      try check(lists.values.count + labels.count, "label", line)
      lists.append(labels)
    case nil: break
    }
  }

  /// A mark for each word, at its first token, as BERT's labels of words have it (Devlin et al. 2019, section 5.3).
  private func wordMarks(of text: String, _ encoding: Encoding) -> [Mark] {
    guard let sources = encoding.sources else { return [] }
    var marks: [Mark] = []
    // Between [CLS] and the text's [SEP].
    var token = 1
    let end = encoding.pairStart - 1
    for (word, source) in Words.ranges(in: text).enumerated() {
      while token < end, sources[token].lowerBound < source.lowerBound { token += 1 }
      guard token < end else { break }
      guard sources[token].lowerBound < source.upperBound else { continue }
      marks.append(Mark(token: token, unit: word, source: source))
    }
    return marks
  }

  /// A mark for each token of the second text.
  private func pieceMarks(of encoding: Encoding) -> [Mark] {
    guard let sources = encoding.sources, encoding.pairStart < sources.count else { return [] }
    return (encoding.pairStart..<sources.count - 1).map {
      Mark(token: $0, unit: $0 - encoding.pairStart, source: sources[$0])
    }
  }

  /// A mark for each [MASK] that stands in the text itself; none in examples whose tokens are hidden in each batch anew.
  private func maskMarks(of encoding: Encoding) -> [Mark] {
    guard !isLabelled, let masking = encoder.masking, let sources = encoding.sources else { return [] }
    var marks: [Mark] = []
    for (token, id) in encoding.ids.enumerated() where id == masking.maskID {
      marks.append(Mark(token: token, unit: marks.count, source: sources[token]))
    }
    return marks
  }

  /// Whether the last example has no token that the task asks about.
  var isLastUnmarked: Bool { examples.count > 0 && examples.marks(of: examples.count - 1).isEmpty }

  /// Says that the examples from here on come from `file`.
  mutating func begin(_ file: String) {
    if examples.files.count == 1 { examples.fileIndices = [Int32](repeating: 0, count: examples.count) }
    examples.files.append(file)
  }

  /// The examples so far; the builder starts again.
  public mutating func finish() -> Examples {
    if isLabelled {
      examples.targets =
        switch kind {
        case .label: .classes(classes)
        case .score: .scores(values)
        case .relevance: .gains(values)
        case .tags: .tags(lists)
        case .labelSet: .labelSets(lists)
        case .answer: .answers(answers)
        case .maskedTokens: encoder.masking.map { .masked($0) } ?? .none
        }
    }
    if isRanking { gatherQueries() }
    defer {
      examples = Examples()
      classes = []
      values = []
      lists = IntegerLists()
      answers = Answers()
      queries = []
      queryNumbers = [:]
    }
    return examples
  }

  private mutating func gatherQueries() {
    var starts = [Int](repeating: 0, count: queryNumbers.count + 1)
    for query in queries { starts[Int(query) + 1] += 1 }
    for query in 0..<queryNumbers.count { starts[query + 1] += starts[query] }
    examples.queryStarts = starts
    if zip(queries, queries.dropFirst()).contains(where: { $0 > $1 }) {
      var next = starts
      var order = [Int](repeating: 0, count: queries.count)
      for (example, query) in queries.enumerated() {
        order[next[Int(query)]] = example
        next[Int(query)] += 1
      }
      examples.reorder(order)
    }
    for query in 0..<queryNumbers.count {
      for (number, example) in examples.candidates(of: query).enumerated()
      where examples.candidateNames[example].isEmpty {
        examples.candidateNames[example] = "\(number)"
      }
    }
  }
}

extension Examples {
  /// Puts example `order[i]` at place `i`.
  fileprivate mutating func reorder(_ order: [Int]) {
    let old = self
    ids.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    starts = [0]
    for example in order {
      ids += old.ids[old.tokens(of: example)]
      segments += old.segments[old.tokens(of: example)]
      starts.append(ids.count)
    }
    pairStarts = order.map { old.pairStarts[$0] }
    candidateNames = order.map { old.candidateNames[$0] }
    rows = order.map { old.rows[$0] }
    lines = order.map { old.lines[$0] }
    if !fileIndices.isEmpty { fileIndices = order.map { old.fileIndices[$0] } }
    switch old.targets {
    case .classes(let classes): targets = .classes(order.map { classes[$0] })
    case .scores(let scores): targets = .scores(order.map { scores[$0] })
    case .gains(let gains): targets = .gains(order.map { gains[$0] })
    // None of these has queries to gather.
    case .tags, .labelSets, .answers, .masked, .none: break
    }
  }
}
