import Wording

/// Turns the text of a label column into a target.
struct TargetReader {
  struct Problem: Error {
    var found: String
    var expected: String
  }

  private let kind: TargetKind
  private let labels: [String]
  private let range: ClosedRange<Double>?
  private let prefix: String?
  private let classes: [String: Int32]
  /// Whether an id may stand for a name: unless names are numbers too and could be confused with ids.
  private let takesIDs: Bool

  /// - Parameter task: with its labels, if it has classes.
  init(task: TaskDefinition, prefix: String?) {
    kind = task.type.target
    labels = task.labels
    range = task.range
    self.prefix = prefix
    // There may be a million.
    var classes: [String: Int32] = [:]
    classes.reserveCapacity(labels.count)
    for (id, label) in labels.enumerated() { classes[label] = Int32(id) }
    self.classes = classes
    takesIDs = !labels.contains { Int($0) != nil }
  }

  func target(_ field: String) throws(Problem) -> Target {
    switch kind {
    case .label: return .label(try classID(Self.label(field, prefix: prefix)))
    case .tags:
      return .tags(
        try Self.labels(in: field, of: kind, prefix: prefix).map { label throws(Problem) in
          try classID(label)
        })
    case .labelSet:
      var labels: [Int32] = []
      var seen: Set<Int32> = []
      for name in try Self.labels(in: field, of: kind, prefix: prefix) {
        let label = try classID(name)
        guard seen.insert(label).inserted else {
          throw Problem(found: "\(quoted(name)) twice", expected: "each label once")
        }
        labels.append(label)
      }
      return .labelSet(labels)
    case .answer: throw Problem(found: quoted(field), expected: "an answer beside its context")
    case .maskedTokens: throw Problem(found: quoted(field), expected: "no label")
    case .score:
      let text = try Self.label(field, prefix: prefix)
      let expected = range.map { "a number from \($0.lowerBound) to \($0.upperBound)" } ?? "a number"
      let score = try number(text, expected: expected)
      if let range, !range.contains(score) { throw Problem(found: quoted(text), expected: expected) }
      return .score(Float(score))
    case .relevance:
      let text = try Self.label(field, prefix: prefix)
      // Measures of ranking know whole levels alone, and those of trec_eval's size.
      let expected = "a relevance of 0 or more, in whole numbers"
      guard let level = Int32(exactly: try number(text, expected: expected)), level >= 0 else {
        throw Problem(found: quoted(text), expected: expected)
      }
      return .gain(Float(level))
    }
  }

  private func classID(_ label: String) throws(Problem) -> Int32 {
    if let id = classes[label] { return id }
    if takesIDs, let id = Int32(label), labels.indices.contains(Int(id)), label == "\(id)" { return id }
    let ids = takesIDs ? ", or an id from 0 to \(labels.count - 1)" : ""
    throw Problem(found: quoted(label), expected: listed(labels) + ids)
  }

  /// The labels that a field holds: one, or a list of them.
  static func labels(in text: String, of kind: TargetKind, prefix: String?) throws(Problem) -> [String] {
    // A list in the formats that have lists; in a table between blanks, or, as names may hold blanks, commas.
    let isList = text.utf8.contains(0x1F)
    switch kind {
    case .tags: return text.split { $0 == " " || $0 == "\u{1F}" }.map(String.init)
    case .labelSet:
      var labels: [String] = []
      for part in text.split(separator: isList ? "\u{1F}" : ",", omittingEmptySubsequences: false) {
        guard try !label(String(part), prefix: nil).isEmpty else { continue }
        labels.append(try label(String(part), prefix: prefix))
      }
      return labels
    default: return [try label(text, prefix: prefix)]
    }
  }

  /// The label that a field holds: without blanks around it and without the prefix.
  static func label(_ text: String, prefix: String?) throws(Problem) -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let front = text.utf8.drop(while: isBlank)
    let end = front.lastIndex { !isBlank($0) }.map { front.index(after: $0) } ?? front.startIndex
    let label = String(Substring(front[..<end]))
    guard let prefix else { return label }
    guard label.hasPrefix(prefix) else {
      throw Problem(found: quoted(text), expected: "a label that begins with \(prefix)")
    }
    return String(label.dropFirst(prefix.count))
  }

  private func number(_ text: String, expected: String) throws(Problem) -> Double {
    guard let number = Double(text), Float(number).isFinite else {
      throw Problem(found: text.isEmpty ? "nothing" : quoted(text), expected: expected)
    }
    return number
  }
}
