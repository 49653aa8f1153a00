/// Which parameters' gradients tasks are balanced over together.
public enum AggregationScope: String, Sendable, CaseIterable {
  /// All parameters that tasks share.
  case encoder
  /// Each layer of the encoder by itself, the lexicon and the pooler as layers of their own.
  case layer
}

/// The groups of a model's parameters: those that several tasks' rows go through are balanced over, those of one task and
/// of heads are not.
struct ParameterGroups: Sendable {
  /// Of parameters that are no two tasks', or those of a head.
  static let own = -1

  let scope: AggregationScope
  /// Of the encoder.
  let layers: Int

  /// Numbers of the groups that tasks share.
  var shared: Range<Int> { 0..<(scope == .encoder ? 1 : layers + 2) }

  /// Whether gradients of several tasks can reach a parameter of this name, a head's left aside.
  static func isShared(_ parameter: String) -> Bool {
    parameter.hasPrefix("encoder.") || parameter.hasPrefix("sharing.")
  }

  /// By the name of a parameter.
  func group(of parameter: String) -> Int {
    guard Self.isShared(parameter) else { return Self.own }
    guard scope == .layer else { return 0 }
    let parts = parameter.split(separator: ".")
    for (word, number) in zip(parts, parts.dropFirst()) where word == "layer" {
      if let layer = Int(number), layer < layers { return 1 + layer }
    }
    return parts.count > 1 && parts[1] == "embeddings" ? 0 : layers + 1
  }
}
