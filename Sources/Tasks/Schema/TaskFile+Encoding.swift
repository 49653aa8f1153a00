import Foundation

extension TaskFile {
  /// The tasks and options as the text of one task file, which reads back to the same: what a run folder
  /// keeps.
  ///
  /// - Parameter folder: where the file is going to be; data is then given relative to it. Nil for absolute
  ///   paths.
  public func encoded(relativeTo folder: String? = nil) -> String {
    var members: [JSONValue.Member] = [
      .init("tasks", .object(tasks.map { .init($0.name, $0.encoded { Self.path($0, from: folder) }) }))
    ]
    if let sharing {
      let settings = sharing.settings.map(\.encoded)
      members.append(
        .init(
          "sharing",
          settings.isEmpty
            ? .text(sharing.type) : .object([.init("type", .text(sharing.type))] + settings)))
    }
    if !training.isEmpty { members.append(.init("training", .object(training.map(\.encoded)))) }
    return JSONValue.object(members).encoded() + "\n"
  }

  /// A path as a file in a folder gives it; with nil, the absolute path.
  package static func path(_ path: String, from folder: String?) -> String {
    let target = URL(fileURLWithPath: path).standardizedFileURL
    guard let folder else { return target.path }
    let base = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL.pathComponents
    let parts = target.pathComponents
    let common = zip(base, parts).prefix { $0 == $1 }.count
    let relative = [String](repeating: "..", count: base.count - common) + parts[common...]
    return relative.joined(separator: "/")
  }
}

extension Setting {
  fileprivate var encoded: JSONValue.Member {
    let value: JSONValue =
      switch self.value {
      case .flag(let flag): .flag(flag)
      case .number(let number): .number(number)
      case .text(let text): .text(text)
      }
    return JSONValue.Member(name, value)
  }
}

extension TaskDefinition {
  fileprivate func encoded(path: (String) -> String) -> JSONValue {
    var members: [JSONValue.Member] = [.init("type", .text(type.name))]
    for split in Split.allCases {
      guard let source = self[split] else { continue }
      members.append(.init(split.rawValue, encoded(source, path: path)))
    }
    if train == nil, dev == nil, test == nil, columns[.label] != nil {
      members += layout.encoded
      members.append(.init("columns", encoded(columns)))
    }
    if !labels.isEmpty { members.append(.init("labels", .list(labels.map { .text($0) }))) }
    if let range {
      members.append(.init("range", .list([.number(range.lowerBound), .number(range.upperBound)])))
    }
    if !metrics.isEmpty { members.append(.init("metrics", .list(metrics.map { .text($0) }))) }
    if mainMetric != metrics.first, !mainMetric.isEmpty {
      members.append(.init("mainMetric", .text(mainMetric)))
    }
    var head: [JSONValue.Member] = []
    if let type = self.head.type { head.append(.init("type", .text(type))) }
    if let name = self.head.name { head.append(.init("name", .text(name))) }
    head += self.head.settings.map(\.encoded)
    if !head.isEmpty { members.append(.init("head", .object(head))) }
    if weight != 1 { members.append(.init("weight", .number(weight))) }
    if learningRateFactor != 1 { members.append(.init("learningRateFactor", .number(learningRateFactor))) }
    if let maximumLength { members.append(.init("maximumLength", .number(maximumLength))) }
    if let stride { members.append(.init("stride", .number(stride))) }
    return .object(members)
  }

  private func encoded(_ source: SplitSource, path: (String) -> String) -> JSONValue {
    let files = source.files.map { JSONValue.text(path($0)) }
    var members: [JSONValue.Member] = [.init("file", files.count == 1 ? files[0] : .list(files))]
    members += source.layout.encoded
    members.append(.init("columns", encoded(source.columns)))
    if let rows = source.rows {
      members.append(
        .init(
          "rows",
          .object([
            .init(rows.isTaken ? "listed" : "unlisted", .text(path(rows.file))),
            .init("columns", .list(rows.columns.map(\.encoded))),
          ])))
    }
    switch source.sample {
    case .count(let count): members.append(.init("sample", .number(count)))
    case .fraction(let fraction): members.append(.init("sample", .number(fraction)))
    case nil: break
    }
    return .object(members)
  }

  private func encoded(_ columns: [ColumnUse: ColumnReference]) -> JSONValue {
    .object(type.columns.compactMap { column in columns[column.use].map { .init(column.name, $0.encoded) } })
  }
}

extension ColumnReference {
  fileprivate var encoded: JSONValue {
    switch self {
    case .name(let name): .text(name)
    case .number(let number): .number(number)
    }
  }
}

extension TableLayout {
  fileprivate var encoded: [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    if let format { members.append(.init("format", .text(format.rawValue))) }
    if format != .jsonl { members.append(.init("header", .flag(header))) }
    if let separator {
      members.append(.init("separator", .text(String(UnicodeScalar(separator)))))
    }
    if let fields { members.append(.init("fields", .number(fields))) }
    if let labelPrefix { members.append(.init("labelPrefix", .text(labelPrefix))) }
    if encoding != .utf8 { members.append(.init("encoding", .text(encoding.rawValue))) }
    return members
  }
}
