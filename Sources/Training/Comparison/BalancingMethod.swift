import Balancing
import Tensors

/// A way to balance tasks, as `braid compare` names it: a weighting, an aggregation, an optimizer that keeps tasks apart, or
/// a weighting and one of the others, joined by a plus sign; each with its settings, as in `prior+cagrad:radius=0.4`.
public struct BalancingMethod: Sendable, Equatable {
  public let name: String
  private var weighting: String?
  private var aggregation: String?
  private var optimizer: Optimizer.Method?

  /// - Returns: nil for a name that is none.
  public init?(_ name: String) {
    // A name may hold a plus sign of its own, so every one of them may join two names or none.
    let pairs = name.indices.filter { name[$0] == "+" }.map { joint in
      [String(name[..<joint]), String(name[name.index(after: joint)...])]
    }
    guard let method = ([[name]] + pairs).lazy.compactMap({ Self(name, parts: $0) }).first else { return nil }
    self = method
  }

  private init?(_ name: String, parts: [String]) {
    self.name = name
    for part in parts {
      guard let choice = MethodChoice(part) else { return nil }
      if let kind = TaskWeightingKind.named(choice.name), weighting == nil {
        guard (try? kind.init([]).with(choice.settings)) != nil else { return nil }
        weighting = part
      } else if let kind = GradientAggregationKind.named(choice.name), aggregation == nil {
        guard (try? kind.init(taskCount: 1).with(choice.settings)) != nil else { return nil }
        aggregation = part
      } else if let method = Optimizer.Method(rawValue: part), method.separatesTasks, optimizer == nil {
        optimizer = method
      } else {
        return nil
      }
    }
    if aggregation != nil, optimizer != nil { return nil }
  }

  /// All that can stand in a name.
  public static var names: [String] {
    TrainingOptions.weightings + TrainingOptions.aggregations.dropFirst()
      + Optimizer.Method.allCases.filter(\.separatesTasks).map(\.rawValue)
  }

  /// The options with this method. Aggregations are published for unweighted losses: without a weighting they have those.
  func applied(to options: TrainingOptions) -> TrainingOptions {
    var options = options
    options.weighting = weighting ?? EqualWeighting.name
    options.aggregation = aggregation ?? TrainingOptions.sum
    if let optimizer { options.optimizer.method = optimizer }
    return options
  }
}
