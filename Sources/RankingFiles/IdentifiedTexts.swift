import Bytes
import Foundation
import Tasks
import Wording

/// Texts by their ids, looked up in a file of which only those are kept that were asked for.
///
/// The file holds an id and a text a row: with a TAB between them, as CSV, or as JSON lines as BEIR has them. Columns may
/// be named in a header; a title goes in front of its text.
package struct IdentifiedTexts {
  private var places: [String: Int] = [:]
  private var ids: [String] = []
  private var texts: [String?] = []

  static let idNames = [
    "_id", "id", "docid", "doc_id", "doc-id", "document-id", "pid", "qid", "query_id", "query-id",
  ]
  static let textNames = ["text", "contents", "passage", "query", "body"]
  static let titleName = "title"

  package subscript(id: String) -> String? { places[id].flatMap { texts[$0] } }

  package var count: Int { ids.count }

  /// Those that no file had, in the order in which they were asked for.
  package var missing: [String] { ids.indices.filter { texts[$0] == nil }.map { ids[$0] } }

  package init() {}

  /// Asks for a text.
  package mutating func add(_ id: String) {
    guard places[id] == nil else { return }
    places[id] = ids.count
    ids.append(id)
    texts.append(nil)
  }

  /// Reads a file to its end; `-` is standard input, and what gzip has packed is unpacked.
  ///
  /// - Throws: an error that names the line at fault.
  package mutating func read(_ path: String) throws {
    if path == "-" {
      try read(RecordReader(descriptor: STDIN_FILENO, name: "standard input"), format: nil)
      return
    }
    let isPacked = Gunzip.isNeeded(for: path)
    let format = Format(ending: isPacked ? path.removing(suffix: ".gz") : path)
    if isPacked {
      try Gunzip.withOutput(of: path) {
        try read(RecordReader(descriptor: $0, name: path), format: format)
      }
      return
    }
    let descriptor = System.open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw RankingFileError("\(path): \(errno == ENOENT ? "no such file" : System.errorText)")
    }
    defer { close(descriptor) }
    try read(RecordReader(descriptor: descriptor, name: path), format: format)
  }

  private mutating func read(_ reader: RecordReader, format named: Format?) throws {
    guard let first = try reader.firstByte() else {
      throw RankingFileError("\(reader.name): found an empty file")
    }
    let format = named ?? (first == UInt8(ascii: "{") ? .json : .tsv)
    var columns: Columns?
    while let record = try reader.next(isQuoted: format == .csv) {
      if record.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      let place = "\(reader.name):\(record.line)"
      if format == .json {
        try addObject(record, place: place)
      } else if let columns {
        try addRow(record, columns, format, file: reader.name)
      } else {
        let fields = try format.fields(record, file: reader.name)
        let found = try Columns(first: fields, place: place)
        columns = found
        if !found.isNamed { try addRow(record, found, format, file: reader.name) }
      }
    }
  }

  // MARK: Rows

  private enum Format {
    case tsv, csv, json

    /// Nil where the ending says nothing.
    init?(ending path: String) {
      switch path.split(separator: ".").last.map(String.init)?.lowercased() {
      case "tsv", "tab", "txt": self = .tsv
      case "csv": self = .csv
      case "json", "jsonl", "ndjson": self = .json
      default: return nil
      }
    }

    func fields(_ record: RecordReader.Record, file: String) throws -> [String] {
      if self == .csv { return try quotedFields(of: Array(record.bytes), file: file, line: record.line) }
      return record.bytes.split(separator: 0x09, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  /// Which column is what.
  private struct Columns {
    var count = 2
    var id = 0
    var text = 1
    var title: Int?
    /// Whether the first row says so.
    var isNamed = false

    /// - Parameter fields: those of the first row.
    init(first fields: [String], place: String) throws {
      if let id = idNames.lazy.compactMap({ fields.firstIndex(of: $0) }).first,
        let text = textNames.lazy.compactMap({ fields.firstIndex(of: $0) }).first
      {
        (count, self.id, self.text, isNamed) = (fields.count, id, text, true)
        title = fields.firstIndex(of: titleName)
      } else if fields.count != 2 {
        throw RankingFileError(
          "\(place): found \(counted(fields.count, "column")), expected 2 (id, text), or a header with "
            + "\(alternatives(Array(idNames.prefix(3)))) and \(alternatives(textNames))")
      }
    }
  }

  private mutating func addRow(
    _ record: RecordReader.Record, _ columns: Columns, _ format: Format, file: String
  ) throws {
    let place = "\(file):\(record.line)"
    // Most rows of a collection are not asked for, so little is done before that is known.
    if format == .tsv, columns.id == 0 {
      guard let end = record.bytes.firstIndex(of: 0x09) else {
        throw RankingFileError("\(place): found no TAB, expected an id and a text with a TAB between them")
      }
      guard isWanted(record.bytes[..<end]) else { return }
    }
    let fields = try format.fields(record, file: file)
    guard fields.count == columns.count else {
      throw RankingFileError(
        "\(place): found \(counted(fields.count, "column")), expected \(columns.count), as in the first line")
    }
    try take(fields[columns.id], columns.title.map { fields[$0] }, fields[columns.text], place: place)
  }

  // MARK: Objects

  private mutating func addObject(_ record: RecordReader.Record, place: String) throws {
    if let id = Self.leadingID(record.bytes), !isWanted(id) { return }
    let object: JSONValue
    do { object = try JSONReader.readStrictly(Array(record.bytes)) } catch {
      throw RankingFileError(
        "\(place): found \(error.found), expected \(error.expected) (a JSON object a line)")
    }
    func member(_ names: [String]) throws -> String {
      guard let value = names.lazy.compactMap({ object[$0] }).first else {
        throw RankingFileError(
          "\(place): found \(object.summary) without it, expected a member \(listed(names))")
      }
      switch value.kind {
      case .text(let text): return text
      case .number(_, let spelling): return spelling
      default: throw RankingFileError("\(place): found \(value.summary), expected a text")
      }
    }
    let title = object[Self.titleName]?.string
    try take(member(Self.idNames), title, member(Self.textNames), place: place)
  }

  /// The id at the beginning of an object, `{"_id": "…"`, where it stands without escapes; nil to look closer.
  private static func leadingID(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var position = bytes.startIndex
    func skip(_ wanted: UInt8) -> Bool {
      while position < bytes.endIndex, bytes[position] == 0x20 { position += 1 }
      guard position < bytes.endIndex, bytes[position] == wanted else { return false }
      position += 1
      return true
    }
    func word() -> ArraySlice<UInt8>? {
      guard skip(UInt8(ascii: "\"")) else { return nil }
      let start = position
      while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
        if bytes[position] == UInt8(ascii: "\\") { return nil }
        position += 1
      }
      guard position < bytes.endIndex else { return nil }
      position += 1
      return bytes[start..<position - 1]
    }
    guard skip(UInt8(ascii: "{")), let name = word(), name.elementsEqual(idNames[0].utf8),
      skip(UInt8(ascii: ":"))
    else { return nil }
    return word()
  }

  // MARK: Taking

  private func isWanted(_ id: ArraySlice<UInt8>) -> Bool {
    places[String(decoding: id, as: UTF8.self)] != nil
  }

  private mutating func take(_ id: String, _ title: String?, _ text: String, place: String) throws {
    guard let index = places[id] else { return }
    guard texts[index] == nil else {
      throw RankingFileError("\(place): the id \(quoted(id)) is there already")
    }
    texts[index] = [title ?? "", text].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension String {
  fileprivate func removing(suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
