/// The aggregations that a run can name.
public enum GradientAggregationKind {
  /// The first is the default.
  public static let all: [any GradientAggregation.Type] = [
    WeightedAverage.self, OrthogonalProjection.self, PCGrad.self, GradVac.self, MGDA<UnscaledGradients>.self,
    MGDA<UnitGradients>.self, MGDA<LossScaledGradients>.self, MGDA<LossAndNormScaledGradients>.self,
    CAGrad.self, IMTLG.self, NashMTL.self, FairGrad.self, AlignedMTL.self, UPGrad.self, DualProj.self,
    MoCo<SimplexMoCo>.self, MoCo<SoftmaxMoCo>.self, DBMTL.self, GradDrop.self,
  ]

  public static var names: [String] { all.map { $0.name } }

  public static func named(_ name: String) -> (any GradientAggregation.Type)? {
    all.first { $0.name == name }
  }
}
