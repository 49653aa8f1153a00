/// Gradient Vaccine (Wang et al. 2021): PCGrad with a target for the cosine of each pair in place of zero.
/// Where the cosine φ of gᵢ′ and gⱼ is below the target τ, gᵢ′ takes up ‖gᵢ′‖ (τ √(1 − φ²) − φ √(1 − τ²)) /
/// (‖gⱼ‖ √(1 − τ²)) times gⱼ (eq. 2), which brings the cosine to τ. After each meeting τᵢⱼ ← (1 − β) τᵢⱼ + β
/// φ (eq. 3), from zero on, with β = 0.01.
///
/// LibMTL and TorchJD offer β = 0.5 as their default; LibMTL moves a target only where φ was below it, and
/// adds 1e-8 to the denominators. Here the targets move at each meeting and gradients of any scale come out
/// alike: a gᵢ′ that has lost all but a millionth of its length is left alone, and in the formula |τ| is at
/// most 1 − 5·10⁻⁷.
public struct GradVac: GradientAggregation {
  public static let name = "gradvac"
  public static let hyperparameters = [
    Hyperparameter("rate", \GradVac.rate, in: 0...1), Hyperparameter("order", \GradVac.order),
  ]
  private let taskCount: Int
  /// β; 0 is PCGrad.
  private var rate = 0.01
  private var order = VisitingOrder.random
  /// τ by rows: the target of task i towards task j.
  private var targets: [Double]

  public init(taskCount: Int) {
    self.taskCount = taskCount
    targets = [Double](repeating: 0, count: taskCount * taskCount)
  }

  public mutating func coefficients(of gradients: TaskGradients) -> [Double] {
    gradients.sumAfterMeetings(order) { meeting in
      guard meeting.length > 1e-6 * meeting.lengths.original else { return 0 }
      let place = gradients.tasks[meeting.task] * taskCount + gradients.tasks[meeting.other]
      let cosine = clamp(meeting.product / meeting.length / meeting.lengths.other, 1)
      let target = clamp(targets[place], 1 - 5e-7)
      targets[place] += rate * (cosine - targets[place])
      guard cosine < target else { return 0 }
      let opening = (1 - target * target).squareRoot()
      let change = target * (1 - cosine * cosine).squareRoot() - cosine * opening
      return meeting.length * change / (meeting.lengths.other * opening)
    }
  }

  private func clamp(_ value: Double, _ limit: Double) -> Double { min(max(value, -limit), limit) }

  public var state: [Double] {
    get { targets }
    set {
      precondition(newValue.count == targets.count, "the state is of another set of tasks")
      targets = newValue
    }
  }
}
