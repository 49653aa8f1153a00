import Wording

extension NamedMeasure {
  /// The measure that a name such as `AP(rel=2)@100` stands for; nil when no measure has its first part.
  ///
  /// - Throws: `MeasureNameError` for what is wrong behind that.
  static func parsed(
    _ written: String, conditions: MeasureConditions
  ) throws(MeasureNameError) -> ReportedMeasure? {
    let base = String(written.prefix { $0 != "(" && $0 != "@" })
    guard let family = catalogue.first(where: { $0.name == base || $0.aliases.contains(base) }) else {
      return nil
    }
    var rest = written.dropFirst(base.count)
    var arguments = Arguments(level: conditions.relevantFrom)
    var judgedOnly = false
    func wrong(_ message: String) -> MeasureNameError { .badParameters(written, message) }
    if rest.first == "(" {
      guard let end = rest.firstIndex(of: ")") else { throw wrong("a closing parenthesis is missing") }
      let inside = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      for part in inside.split(separator: ",") {
        let sides = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
        let known = family.parameters + ["judged_only"]
        guard sides.count == 2, known.contains(sides[0]) else {
          throw wrong(
            "\(base) takes \(listed(known)), as in \(base)(\(known[0])=…), not \(quoted(String(part)))")
        }
        let (key, value) = (sides[0], sides[1])
        let plain = value.filter { $0 != "'" && $0 != "\"" }
        switch key {
        case "judged_only":
          guard ["True", "true", "False", "false"].contains(plain) else {
            throw wrong("judged_only is True or False, not \(value)")
          }
          judgedOnly = plain.lowercased() == "true"
        case "dcg":
          guard ["log2", "exp-log2"].contains(plain) else {
            throw wrong("dcg is 'log2' or 'exp-log2', not \(value)")
          }
          arguments.hasExponentialGains = plain == "exp-log2"
        case "rel", "max_rel":
          guard let level = Int(plain), (1...1000).contains(level) else {
            throw wrong("\(key) is a whole number from 1, not \(value)")
          }
          if key == "rel" { arguments.level = level } else { arguments.numbers[key] = Double(level) }
        default:
          guard let number = Double(plain), number >= 0, key == "beta" || number <= 1 else {
            throw wrong(
              "\(key) is a number\(key == "beta" ? " of at least 0" : " from 0 to 1"), not \(value)")
          }
          arguments.numbers[key] = number
        }
      }
    }
    if rest.first == "@" {
      let text = String(rest.dropFirst())
      if base == "IPrec" {
        guard let recall = Double(text), (0...1).contains(recall) else {
          throw wrong("behind the @ stands a recall from 0 to 1, not \(quoted(text))")
        }
        arguments.numbers["recall"] = recall
      } else {
        guard family.cutoff != .none else { throw wrong("\(base) takes no cut-off") }
        guard let cutoff = Int(text), cutoff >= 1 else {
          throw wrong("behind the @ stands a whole number from 1, not \(quoted(text))")
        }
        arguments.cutoff = cutoff
      }
    } else if !rest.isEmpty {
      throw wrong("\(quoted(String(rest))) is not understood; a cut-off stands behind an @")
    } else if family.cutoff == .required {
      throw wrong("\(base) needs a cut-off, such as \(base)@\(base == "IPrec" ? "0.5" : "10")")
    }
    return ReportedMeasure(names: [written]) { [arguments, judgedOnly] query in
      [family.measure(judgedOnly ? query.judgedOnly : query, arguments)]
    }
  }
}

/// A measure that is not there, or not with these parameters.
package enum MeasureNameError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknown(_ name: String, suggestion: String?)
  case badParameters(_ written: String, _ message: String)

  package var description: String {
    switch self {
    case .unknown(let name, let suggestion?):
      "there is no measure '\(name)'; did you mean '\(suggestion)'?"
    case .unknown(let name, nil):
      "there is no measure '\(name)'; 'braid rank-eval --help' names those there are"
    case .badParameters(let written, let message):
      "the measure '\(written)': \(message)"
    }
  }
}
