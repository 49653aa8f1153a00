/// Which parameters' gradients tasks are balanced over together.
public enum AggregationScope: String, Sendable, CaseIterable {
  /// All parameters that tasks share.
  case encoder
  /// Each layer of the encoder by itself, the lexicon and the pooler as layers of their own.
  case layer
}

/// The groups of a model's parameters.
struct ParameterGroups: Sendable {
  /// Of parameters that are no two tasks', or those of a head.
  static let own = -1

  let scope: AggregationScope
  /// Of the encoder.
  let layers: Int

  /// Numbers of the groups that tasks share.
  var shared: Range<Int> { 0..<(scope == .encoder ? 1 : layers + 2) }

  /// By the name of a parameter.
  func group(of parameter: String) -> Int {
    guard parameter.hasPrefix("encoder.") else { return Self.own }
    guard scope == .layer else { return 0 }
    let parts = parameter.split(separator: ".")
    if parts.count > 2, parts[1] == "layer", let layer = Int(parts[2]) { return 1 + layer }
    return parts.count > 1 && parts[1] == "embeddings" ? 0 : layers + 1
  }
}
