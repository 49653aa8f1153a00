import CommandLineOptions
import Wording

/// The candidates of one query, as lines of a file hold them.
struct CandidateList {
  let queryID: String
  let query: String
  fileprivate(set) var candidateIDs: [String] = []
  fileprivate(set) var candidates: [String] = []
}

/// Queries and their candidates from TAB-separated lines, one query after the other.
///
/// Two columns are query and candidate: queries are then numbered from 1, a query's candidates from 0. Four are query ID,
/// query, candidate ID and candidate.
final class CandidateStream {
  private let reader: LineReader
  private var columns: Int?
  private var current: CandidateList?
  /// The queries that have ended: none may come back, as its candidates would be ranked apart.
  private var seen: Set<String> = []
  private var currentIDs: Set<String> = []
  private static let batch = 512

  init(path: String) throws { reader = try LineReader(path: path) }

  /// Hands on the queries that are complete, several at a time.
  func forEachBatch(_ body: ([CandidateList]) throws -> Void) throws {
    while true {
      let first = reader.lineCount + 1
      let lines = try reader.nextLines(limit: Self.batch)
      guard !lines.isEmpty else { break }
      var complete: [CandidateList] = []
      for (index, line) in lines.enumerated() {
        if let list = try add(line, place: "\(reader.name):\(first + index)") { complete.append(list) }
      }
      if !complete.isEmpty { try body(complete) }
    }
    if let last = current { try body([last]) }
  }

  /// Takes a line, and returns the query that it ends by beginning another.
  private func add(_ line: String, place: String) throws(CommandError) -> CandidateList? {
    let fields = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    let expected =
      columns.map { "\($0), as in the first line" }
      ?? "2 (query, candidate) or 4 (query ID, query, candidate ID, candidate)"
    guard columns.map({ $0 == fields.count }) ?? [2, 4].contains(fields.count) else {
      throw CommandError(
        "\(place): found \(counted(fields.count, "column")), expected \(expected), with TABs between them")
    }
    columns = fields.count
    let hasIDs = fields.count == 4
    let query = hasIDs ? fields[1] : fields[0]
    let key = fields[0]
    var ended: CandidateList?
    if current == nil || (hasIDs ? current?.queryID : current?.query) != key {
      ended = current
      guard seen.insert(key).inserted else {
        throw CommandError(
          "\(place): the query '\(key)' comes back after others; the candidates of a query must stand together"
        )
      }
      current = CandidateList(queryID: hasIDs ? try id(key, "query", place) : "\(seen.count)", query: query)
      currentIDs = []
    }
    guard var list = current else { return ended }
    guard list.query == query else {
      throw CommandError("\(place): query \(key) has another text here than in the line above")
    }
    let candidateID = hasIDs ? try id(fields[2], "candidate", place) : "\(list.candidates.count)"
    guard currentIDs.insert(candidateID).inserted else {
      throw CommandError("\(place): query \(list.queryID) has the candidate \(candidateID) already")
    }
    current = nil
    list.candidateIDs.append(candidateID)
    list.candidates.append(hasIDs ? fields[3] : fields[1])
    current = list
    return ended
  }

  /// A run file has blanks between its fields.
  private func id(_ text: String, _ what: String, _ place: String) throws(CommandError) -> String {
    guard !text.isEmpty, !text.contains(where: \.isWhitespace) else {
      throw CommandError("\(place): found the \(what) ID '\(text)', expected one without blanks")
    }
    return text
  }
}
