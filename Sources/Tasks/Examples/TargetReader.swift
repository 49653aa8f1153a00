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
  private var classes: [String: Int32] = [:]

  /// - Parameter task: with its labels, if it has classes.
  init(task: TaskDefinition, prefix: String?) {
    kind = task.type.target
    labels = task.labels
    range = task.range
    self.prefix = prefix
    for (id, label) in labels.enumerated() { classes[label] = Int32(id) }
    // An id may stand for a name, unless names are numbers too and could be confused with ids.
    if !labels.contains(where: { Int($0) != nil }) {
      for id in labels.indices { classes["\(id)"] = Int32(id) }
    }
  }

  func target(_ text: String) throws(Problem) -> Target {
    let text = try Self.label(text, prefix: prefix)
    switch kind {
    case .label:
      guard let label = classes[text] else {
        let ids = labels.contains { Int($0) != nil } ? "" : ", or an id from 0 to \(labels.count - 1)"
        throw Problem(found: quoted(text), expected: listed(labels) + ids)
      }
      return .label(label)
    case .score:
      let expected = range.map { "a number from \($0.lowerBound) to \($0.upperBound)" } ?? "a number"
      let score = try number(text, expected: expected)
      if let range, !range.contains(score) { throw Problem(found: quoted(text), expected: expected) }
      return .score(Float(score))
    case .relevance:
      // Measures of ranking know whole levels alone, and those of trec_eval's size.
      let expected = "a relevance of 0 or more, in whole numbers"
      guard let level = Int32(exactly: try number(text, expected: expected)), level >= 0 else {
        throw Problem(found: quoted(text), expected: expected)
      }
      return .gain(Float(level))
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
