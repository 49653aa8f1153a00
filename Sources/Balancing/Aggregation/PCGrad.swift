/// PCGrad, "Gradient surgery for multi-task learning" (Yu et al. 2020, algorithm 1): each task's gradient
/// meets the others' in random order and, where gᵢ′·gⱼ < 0, loses what lies against gⱼ: gᵢ′ ← gᵢ′ − (gᵢ′·gⱼ /
/// ‖gⱼ‖²) gⱼ. The direction is the sum of the gᵢ′.
///
/// The paper and LibMTL sum; some ports take the mean. See `OrthogonalProjection` for the form without the
/// test.
public struct PCGrad: GradientAggregation {
  public static let name = "pcgrad"
  public static let hyperparameters = [Hyperparameter("order", \PCGrad.order)]
  private var order = VisitingOrder.random

  public init(taskCount: Int) {}

  public func coefficients(of gradients: TaskGradients) -> [Double] {
    gradients.sumAfterMeetings(order) { meeting in
      let other = meeting.lengths.other
      return meeting.product < 0 ? -meeting.product / other / other : 0
    }
  }
}
