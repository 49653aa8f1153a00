import Wording

/// The measures that a report shows, in its order.
package struct MeasureSelection: Sendable {
  package let measures: [ReportedMeasure]
  /// What was asked for and is left alone, as trec_eval leaves it: a sentence each.
  package let notes: [String]

  /// Reads measures as trec_eval's `-m` takes them, or by the names of ir_measures. Trec_eval's come first, in
  /// its order, however they were asked for.
  ///
  /// - Parameter names: without any, the group `official`.
  /// - Throws: `MeasureNameError`.
  package init(_ names: [String], conditions: MeasureConditions) throws(MeasureNameError) {
    var wanted: Set<String> = []
    var parameters: [String: String] = [:]
    var others: [ReportedMeasure] = []
    for written in names.isEmpty ? ["official"] : names {
      let parts = written.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let isGroup = TRECMeasure.groups[name] != nil
      if isGroup || TRECMeasure.catalogue.contains(where: { $0.name == name }) {
        wanted.formUnion(TRECMeasure.groups[name] ?? [name])
        guard parts.count > 1 else { continue }
        guard !parts[1].isEmpty else { throw .emptyParameters(written) }
        // Of several the first counts.
        if parameters[name] == nil { parameters[name] = String(parts[1]) }
      } else if let measure = try NamedMeasure.parsed(written, conditions: conditions) {
        if !others.contains(where: { $0.names == measure.names }) { others.append(measure) }
      } else {
        let base = String(written.prefix { !".(@".contains($0) })
        throw .unknown(written, suggestion: nearestName(to: base, among: Self.names))
      }
    }
    notes = parameters.keys.sorted().filter(Self.takesNoParameters).map { name in
      "the measure '\(name)' takes no parameters: '.\(parameters[name] ?? "")' has no effect"
    }
    var measures: [ReportedMeasure] = []
    for measure in TRECMeasure.catalogue where wanted.contains(measure.name) {
      measures.append(try measure.reported(parameters[measure.name], conditions))
    }
    self.measures = measures + others
  }

  /// Trec_eval's names, then those of ir_measures.
  package static var names: [String] { TRECMeasure.catalogue.map(\.name) + namedMeasures }
  static var groupNames: [String] { TRECMeasure.groups.keys.sorted() }
  package static var namedMeasures: [String] { NamedMeasure.catalogue.map(\.name) }

  private static func takesNoParameters(_ name: String) -> Bool {
    guard case .none? = TRECMeasure.catalogue.first(where: { $0.name == name })?.parameters else {
      return TRECMeasure.groups[name] != nil
    }
    return true
  }

  /// How many figures a query has.
  var figureCount: Int { measures.reduce(0) { $0 + $1.names.count } }
}

extension TRECMeasure {
  /// The measure with parameters as they are written behind the point, or with its own.
  func reported(
    _ written: String?, _ conditions: MeasureConditions
  ) throws(MeasureNameError) -> ReportedMeasure {
    var values = MeasureParameters(written: written)
    func wrong(_ message: String) -> MeasureNameError {
      .badParameters("\(name).\(written ?? "")", message)
    }
    let parts = (written ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    func numbers() throws(MeasureNameError) -> [Double] {
      var numbers: [Double] = []
      for part in parts {
        guard let number = Double(part), number.isFinite else {
          throw wrong("takes numbers with commas between them, not \(quoted(part))")
        }
        numbers.append(number)
      }
      return numbers
    }
    switch parameters {
    case .none:
      break
    case .cutoffs(let standard):
      values.cutoffs = standard
      if written != nil {
        values.cutoffs = []
        for part in parts {
          guard let cutoff = Int(part), cutoff > 0 else {
            throw wrong("takes ranks from 1 with commas between them, not \(quoted(part))")
          }
          values.cutoffs.append(cutoff)
        }
        guard Set(values.cutoffs).count == values.cutoffs.count else {
          throw wrong("a rank stands there twice")
        }
        values.cutoffs.sort()
      }
    case .shares(let standard):
      values.numbers = written == nil ? standard : try numbers().sorted()
      guard Set(values.numbers).count == values.numbers.count else {
        throw wrong("a number stands there twice")
      }
    case .numbers(let standard, let count):
      values.numbers = written == nil ? standard : try numbers()
      if let count, values.numbers.count != count {
        throw .wrongNumber("\(name).\(written ?? "")", expected: count)
      }
    case .gains:
      if written != nil { values.gains = try gains(parts, wrong) }
    }
    return make(values, conditions)
  }

  private func gains(
    _ parts: [String], _ wrong: (String) -> MeasureNameError
  ) throws(MeasureNameError) -> LevelGains {
    var pairs: [(level: Int, gain: Double)] = []
    for part in parts {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, let level = Int(sides[0]), let gain = Double(sides[1]), gain.isFinite else {
        throw wrong("takes LEVEL=GAIN with commas between them, not \(quoted(part))")
      }
      pairs.append((level, gain))
    }
    return LevelGains(pairs)
  }
}
