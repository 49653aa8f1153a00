import Wording

extension NamedMeasure {
  /// The measure that a name such as `AP(rel=2)@100` stands for; nil when no measure has its first part.
  ///
  /// - Throws: `MeasureNameError` for what is wrong behind that.
  static func parsed(
    _ written: String, conditions: MeasureConditions
  ) throws(MeasureNameError) -> ReportedMeasure? {
    let base = written.prefix { $0 != "(" && $0 != "@" }
    guard let family = catalogue.first(where: { $0.name == base || $0.aliases.contains(String(base)) }) else {
      return nil
    }
    var rest = written[base.endIndex...]
    var arguments = Arguments(level: conditions.relevantFrom)
    do throws(Wrong) {
      if rest.first == "(" {
        guard let end = rest.firstIndex(of: ")") else { throw Wrong("a closing parenthesis is missing") }
        for part in rest[..<end].dropFirst().split(separator: ",") {
          try arguments.read(part, of: family)
        }
        rest = rest[rest.index(after: end)...]
      }
      try arguments.readCutoff(rest, of: family)
    } catch {
      throw .badParameters(written, error.message)
    }
    return ReportedMeasure(names: [written]) { [arguments] query in
      [family.measure(arguments.judgedOnly ? query.judgedOnly : query, arguments)]
    }
  }
}

/// What is wrong with a part of a name.
private struct Wrong: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

extension NamedMeasure.Arguments {
  /// Reads `key=value`.
  fileprivate mutating func read(_ part: Substring, of family: NamedMeasure) throws(Wrong) {
    let sides = part.split(separator: "=", maxSplits: 1).map { side in
      side.filter { !" '\"".contains($0) }
    }
    let known = family.parameters + ["judged_only"]
    guard sides.count == 2, known.contains(sides[0]) else {
      throw Wrong("\(family.name) takes \(listed(known)), not \(quoted(String(part)))")
    }
    let (key, value) = (sides[0], sides[1])
    switch key {
    case "judged_only":
      guard ["true", "false"].contains(value.lowercased()) else {
        throw Wrong("judged_only is True or False, not \(quoted(value))")
      }
      judgedOnly = value.lowercased() == "true"
    case "dcg":
      guard ["log2", "exp-log2"].contains(value) else {
        throw Wrong("dcg is 'log2' or 'exp-log2', not \(quoted(value))")
      }
      hasExponentialGains = value == "exp-log2"
    case "rel", "max_rel":
      guard let number = Int(value), (1...1000).contains(number) else {
        throw Wrong("\(key) is a whole number from 1 to 1000, not \(quoted(value))")
      }
      if key == "rel" { level = number } else { numbers[key] = Double(number) }
    default:
      let isShare = key != "beta"
      guard let number = Double(value), number.isFinite, number >= 0, !isShare || number <= 1 else {
        throw Wrong("\(key) is a number \(isShare ? "from 0 to 1" : "of at least 0"), not \(quoted(value))")
      }
      numbers[key] = number
    }
  }

  /// Reads `@10`, or nothing.
  fileprivate mutating func readCutoff(_ rest: Substring, of family: NamedMeasure) throws(Wrong) {
    guard let first = rest.first else {
      if family.cutoff == .required {
        throw Wrong("it needs a cut-off: \(family.name)@\(family.takesRecall ? "0.5" : "10")")
      }
      return
    }
    guard first == "@" else {
      throw Wrong("\(quoted(String(rest))) is not understood; a cut-off stands behind an @")
    }
    guard family.cutoff != .none else { throw Wrong("it takes no cut-off") }
    let text = String(rest.dropFirst())
    if family.takesRecall {
      guard let recall = Double(text), (0...1).contains(recall) else {
        throw Wrong("behind the @ stands a recall from 0 to 1, not \(quoted(text))")
      }
      numbers["recall"] = recall
    } else {
      guard let rank = Int(text), rank >= 1 else {
        throw Wrong("behind the @ stands a whole number from 1, not \(quoted(text))")
      }
      cutoff = rank
    }
  }
}
