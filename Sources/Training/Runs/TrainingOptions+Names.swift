import Balancing

extension TrainingOptions {
  /// The names that `weighting` may have; the first is the default.
  public static var weightings: [String] { TaskWeightingKind.names }
}
