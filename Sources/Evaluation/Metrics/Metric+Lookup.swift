import Wording

extension Metric {
  /// The metric of this name; letter case and underscores for hyphens do not matter.
  ///
  /// - Throws: `MetricError` that says what is wrong with the name, and suggests the nearest.
  public static func named(_ name: String) throws(MetricError) -> Metric {
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let base = String(parts[0].lowercased().map { $0 == "_" ? "-" : $0 })
    guard let family = catalogue.first(where: { $0.name == base || $0.aliases.contains(base) }) else {
      let nearest = nearestName(to: base, among: catalogue.map(\.name)).flatMap { near in
        catalogue.first { $0.name == near }
      }
      let cutoff = parts.count > 1 ? String(parts[1]) : nil
      throw .unknown(name, suggestion: nearest.map { suggestion(for: $0, cutoff: cutoff) })
    }
    guard parts.count > 1 else {
      if family.cutoff == .required { throw .needsCutoff(family.name) }
      return family.metric(cutoff: nil)
    }
    guard family.cutoff != .none else { throw .takesNoCutoff(family.name, written: name) }
    guard let cutoff = Int(parts[1]), cutoff >= 1 else {
      throw .badCutoff(family.name, written: String(parts[1]))
    }
    return family.metric(cutoff: cutoff)
  }

  /// The names of all metrics that read predictions of one kind, for help and messages.
  public static func names(reading kind: PredictionKind) -> [String] {
    catalogue.filter { $0.input.accepts(kind) }.map(\.shownName)
  }

  private static func suggestion(for family: MetricFamily, cutoff: String?) -> String {
    switch family.cutoff {
    case .none: family.name
    case .optional: cutoff.map { "\(family.name)@\($0)" } ?? family.name
    case .required: "\(family.name)@\(cutoff ?? "10")"
    }
  }
}

/// A metric that is not there, or not for this.
public enum MetricError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknown(_ name: String, suggestion: String?)
  case needsCutoff(_ name: String)
  case takesNoCutoff(_ name: String, written: String)
  case badCutoff(_ name: String, written: String)
  case wrongInput(metric: String, reads: Metric.Input, given: PredictionKind)

  public var description: String {
    switch self {
    case .unknown(let name, let suggestion?):
      return "there is no metric '\(name)'; did you mean '\(suggestion)'?"
    case .unknown(let name, nil):
      let names = Metric.catalogue.map(\.shownName).joined(separator: ", ")
      return "there is no metric '\(name)'; there are \(names)"
    case .needsCutoff(let name):
      return "the metric '\(name)' needs a cut-off, such as '\(name)@10'"
    case .takesNoCutoff(let name, let written):
      return "the metric '\(name)' takes no cut-off: '\(name)', not '\(written)'"
    case .badCutoff(let name, let written):
      return "the cut-off of '\(name)' is a whole number of at least 1, not '\(written)'"
    case .wrongInput(let metric, let input, let given):
      let suitable = Metric.names(reading: given).joined(separator: ", ")
      return "the metric '\(metric)' reads \(input), and these are \(given): choose from \(suitable)"
    }
  }
}
