/// The weightings that a run can name.
public enum TaskWeightingKind {
  /// The first is the default.
  public static let all: [any TaskWeighting.Type] = [
    PriorWeighting.self, EqualWeighting.self, ManualWeighting.self, InitialLossWeighting.self,
    InverseLossWeighting.self, LossSwappedWeighting.self, DynamicWeightAverage.self,
    LossBalancedWeighting.self, GeometricLossWeighting.self, RandomWeighting.self,
    FastAdaptiveWeighting.self, SmoothTchebycheffWeighting.self, NadirTchebycheffWeighting.self,
    UncertaintyWeighting.self, RevisedUncertaintyWeighting.self, ImpartialLossWeighting.self,
    PerformanceWeighting.self, InverseAccuracyWeighting.self, DynamicTaskPrioritization.self,
    ValidationTrendWeighting.self, MaximumEntropyWeighting.self, PredictiveVarianceWeighting.self,
    InverseNormWeighting.self, NormShareWeighting.self, GradNormWeighting.self,
    SoftmaxGradNormWeighting.self,
  ]

  public static var names: [String] { all.map { $0.name } }

  public static func named(_ name: String) -> (any TaskWeighting.Type)? { all.first { $0.name == name } }
}
