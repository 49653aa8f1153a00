import Balancing

extension TrainingOptions {
  /// The names that `weighting` may have; the first is the default.
  public static var weightings: [String] { TaskWeightingKind.names }

  /// The name of the default: gradients are added up.
  public static let sum = "sum"

  /// The names that `aggregation` may have; the first is the default.
  public static var aggregations: [String] { [sum] + GradientAggregationKind.names }
}
