import CommandLineOptions
import Evaluation
import Foundation
import RankingFiles

/// The bytes of judgements and runs, wherever they come from.
enum RankEvalInput {
  /// A file, what gzip unpacks of one, or standard input for `-`.
  static func bytes(_ path: String) throws -> TextBytes {
    if path == "-" { return try TextBytes.reading(STDIN_FILENO, name: "standard input") }
    guard Gunzip.isNeeded(for: path) else { return try TextBytes.file(path) }
    return try Gunzip.withOutput(of: path) { try TextBytes.reading($0, name: path) }
  }

  static func judgements(_ path: String) throws -> EntryTable {
    let bytes = try bytes(path)
    let table = try EntryTable.judgements(in: JudgementObjects.lines(of: bytes) ?? bytes)
    try table.checkDuplicates()
    return table
  }

  static func run(_ path: String) throws -> EntryTable {
    let table = try EntryTable.run(in: bytes(path))
    try table.checkDuplicates()
    return table
  }
}
