import Foundation
import Tasks
import Testing
import Tokenization

/// Splits at blanks and hashes words; 1 begins a text, 2 ends one.
struct WordEncoder: TextEncoder {
  func encode(_ text: String, _ pair: String?, maximumLength: Int, tracing: Bool) -> Encoding {
    func ids(_ text: String) -> [Int32] {
      text.split(separator: " ").map { word in
        Int32(word.utf8.reduce(UInt32(7)) { ($0 &* 31 &+ UInt32($1)) % 997 }) + 3
      }
    }
    var first = ids(text)
    var second = pair.map(ids)
    let special = pair == nil ? 2 : 3
    var isTruncated = false
    while first.count + (second?.count ?? 0) + special > maximumLength {
      isTruncated = true
      if let count = second?.count, count > first.count { second?.removeLast() } else { first.removeLast() }
    }
    let head = [1] + first + [2]
    let tail = second.map { $0 + [2] } ?? []
    return Encoding(
      ids: head + tail,
      segments: [Int32](repeating: 0, count: head.count) + [Int32](repeating: 1, count: tail.count),
      pairStart: head.count, isTruncated: isTruncated,
      sources: tracing
        ? [0..<0] + Words.ranges(in: text).prefix(first.count) + [0..<0]
          + Words.ranges(in: pair ?? "").prefix(second?.count ?? 0) + (pair == nil ? [] : [0..<0]) : nil)
  }

  /// 1,000 is [MASK], beyond all words; the others that are special are below.
  var masking: TokenMasking? {
    TokenMasking(maskID: 1000, specialIDs: [0, 1, 2, 1000], vocabularySize: 1001)
  }

  func encode(_ text: String, _ pair: String?, maximumLength: Int) -> Encoding {
    encode(text, pair, maximumLength: maximumLength, tracing: false)
  }
}

let allTypes: [TaskType] = [
  .classification, .similarity, .pairClassification, .ranking, .tokenLabelling, .multiLabel, .spanExtraction,
  .maskedLanguageModelling,
]

/// A folder of files that goes when this does.
final class Folder {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "braid-tasks-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, Array(text.utf8)) }
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The message of what `body` throws, without the folder's path; a complaint if it throws nothing.
func message(in folder: Folder? = nil, _ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch {
    let text = "\(error)"
    return folder.map { text.replacingOccurrences(of: $0.path + "/", with: "") } ?? text
  }
}

/// The one task of a task file that stands in `folder`.
func task(_ text: String, in folder: Folder) throws -> TaskDefinition {
  let file = try TaskFile.parse("{tasks: {t: \(text)}}", file: folder.path + "/tasks.json5", types: allTypes)
  return try #require(file.tasks.first)
}

extension TaskDefinition {
  func loaded(_ split: Split = .train, maximumLength: Int = 128) throws -> Examples {
    try #require(try resolved().examples(of: split, encoder: WordEncoder(), maximumLength: maximumLength))
  }
}

/// Examples of single texts, each `lengths[i]` tokens long.
func classified(lengths: [Int]) -> Examples {
  var builder = ExampleBuilder(
    type: .classification, isLabelled: true, encoder: WordEncoder(), maximumLength: 512)
  for (row, length) in lengths.enumerated() {
    let text = [String](repeating: "w\(row)", count: length - 2).joined(separator: " ")
    try! builder.append(text, target: .label(Int32(row % 2)), row: row, line: row + 1)
  }
  return builder.finish()
}

/// Queries with the gains given for their candidates; each candidate is 7 tokens long.
func ranked(_ gains: [[Float]]) -> Examples {
  var builder = ExampleBuilder(type: .ranking, isLabelled: true, encoder: WordEncoder(), maximumLength: 512)
  var row = 0
  for (query, gains) in gains.enumerated() {
    for (candidate, gain) in gains.enumerated() {
      try! builder.append(
        "query \(query)", "candidate \(candidate)", target: .gain(gain), row: row, line: row + 1)
      row += 1
    }
  }
  return builder.finish()
}
