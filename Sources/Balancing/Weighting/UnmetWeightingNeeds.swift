/// A weighting was chosen that needs what the run does not tell it.
public struct UnmetWeightingNeeds: Error, Sendable, CustomStringConvertible {
  public let weighting: String
  public let needs: [WeightingNeed]
  let alternatives: [String]

  public var description: String {
    let missing = needs.map(\.description).joined(separator: " and ")
    return "the weighting '\(weighting)' needs \(missing), which this run does not give; "
      + "without it there are \(alternatives.joined(separator: ", "))"
  }
}

extension TaskWeightingKind {
  /// Refuses a weighting that needs more than the run supplies.
  public static func check(
    _ kind: any TaskWeighting.Type, supplied: Set<WeightingNeed>
  ) throws(UnmetWeightingNeeds) {
    guard !kind.needs.isSubset(of: supplied) else { return }
    throw UnmetWeightingNeeds(
      weighting: kind.name,
      needs: WeightingNeed.allCases.filter { kind.needs.contains($0) && !supplied.contains($0) },
      alternatives: all.filter { $0.needs.isSubset(of: supplied) }.map { $0.name })
  }
}
