/// The tokenised examples of one task's split, stored flat: token arrays for all of them and offsets into
/// these.
///
/// The candidates of a ranking query stand together, queries in the order in which they first appear; other
/// examples keep the order of the file.
public struct Examples: Sendable {
  public enum Targets: Sendable, Equatable {
    /// Class ids.
    case classes([Int32])
    case scores([Float])
    /// How relevant each candidate is: 0 for not at all.
    case gains([Float])
    /// The class id of each word of each example.
    case tags(IntegerLists)
    /// The class ids of each example.
    case labelSets(IntegerLists)
    /// Parts of the second texts.
    case answers(Answers)
    /// Tokens of the examples themselves, drawn anew for each batch.
    case masked(TokenMasking)
    /// The rows had no labels.
    case none
  }

  /// Token ids of all examples, one after the other.
  public internal(set) var ids: [Int32] = []
  /// 0 or 1 a token: first or second text.
  public internal(set) var segments: [Int32] = []
  /// Where each example begins in `ids`, and the end: `count + 1` offsets.
  public internal(set) var starts: [Int] = [0]
  /// The first token of an example's second text, counted within the example; its length if there is none.
  public internal(set) var pairStarts: [Int32] = []
  public internal(set) var targets: Targets = .none
  /// The tokens that a task of tokens asks about, example by example.
  var marks: [Mark] = []
  /// Where each example's begin in `marks`, and the end; only the 0 unless the task asks about tokens.
  var markStarts: [Int32] = [0]
  /// The second text of each example, where the task asks for a part of it.
  var contexts: [String] = []
  /// Where each query begins in the examples, and the end; empty unless the task ranks.
  public internal(set) var queryStarts: [Int] = []
  /// From the query ID column, else numbers from 1 in order of appearance.
  public internal(set) var queryNames: [String] = []
  /// One an example; from the candidate ID column, else numbers from 0 within the query. Empty unless the
  /// task ranks.
  public internal(set) var candidateNames: [String] = []
  /// The place of each example among the rows read, from 0: the order in which predictions are given. The examples of one row,
  /// of a text that was too long for one, stand together.
  public internal(set) var rows: [Int32] = []
  /// The number of examples that were cut to the maximum length.
  public internal(set) var truncatedCount = 0
  var lines: [Int32] = []
  /// Those that the examples were read from.
  package internal(set) var files: [String] = []
  /// An index of `files` for each example; empty if there is only one.
  var fileIndices: [Int32] = []

  public init() {}

  public var count: Int { pairStarts.count }
  public var isRanking: Bool { !queryStarts.isEmpty }
  public var queryCount: Int { max(queryStarts.count - 1, 0) }
  public var longest: Int { (0..<count).lazy.map(length(of:)).max() ?? 0 }

  /// The tokens of an example, as a range of `ids`.
  public func tokens(of example: Int) -> Range<Int> { starts[example]..<starts[example + 1] }
  public func length(of example: Int) -> Int { starts[example + 1] - starts[example] }

  /// The tokens of an example that the task asks about, in order; none unless it asks about tokens.
  public func marks(of example: Int) -> ArraySlice<Mark> {
    guard markStarts.count > 1 else { return [] }
    return marks[Int(markStarts[example])..<Int(markStarts[example + 1])]
  }

  /// The text that an example's answer is a part of, where the task asks for one.
  public func context(of example: Int) -> String { contexts.isEmpty ? "" : contexts[example] }

  /// The examples that teach something, where not all do: those whose answer has not been cut off.
  var trainableExamples: [Int]? {
    guard case .answers(let answers) = targets, answers.marks.contains(nil) else { return nil }
    return (0..<count).filter { answers.marks[$0] != nil }
  }

  /// The examples of each row, where a row may have several: row by row as ranges of examples.
  public var rowGroups: [Range<Int>] {
    var groups: [Range<Int>] = []
    for example in 0..<count {
      if let last = groups.last, rows[last.lowerBound] == rows[example] {
        groups[groups.count - 1] = last.lowerBound..<example + 1
      } else {
        groups.append(example..<example + 1)
      }
    }
    return groups
  }

  /// What a network computes for an example of an output for each token of the vocabulary; 0 where outputs are few.
  func outputCount(of example: Int) -> Int {
    guard case .masked(let masking) = targets else { return 0 }
    return TokenMasking.count(of: length(of: example)) * masking.vocabularySize
  }

  /// The candidates of a query, as a range of examples.
  public func candidates(of query: Int) -> Range<Int> { queryStarts[query]..<queryStarts[query + 1] }

  /// Where an example was read: `train.tsv:17`.
  public func place(of example: Int) -> String {
    let file = fileIndices.isEmpty ? 0 : Int(fileIndices[example])
    return file < files.count ? "\(files[file]):\(lines[example])" : "line \(lines[example])"
  }

  /// Whether any candidate of the query is relevant.
  public func isAnswerable(_ query: Int) -> Bool {
    guard case .gains(let gains) = targets else { return false }
    return gains[candidates(of: query)].contains { $0 > 0 }
  }

  /// The queries with a relevant candidate.
  public var answerableQueries: [Int] { (0..<queryCount).filter(isAnswerable) }

  /// The queries that teach something: those with a relevant candidate and one to compare it with.
  public var trainableQueries: [Int] { answerableQueries.filter { candidates(of: $0).count > 1 } }
}
