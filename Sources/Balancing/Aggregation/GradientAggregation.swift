/// From each task's gradient gᵢ of the shared parameters, one direction: Σ cᵢ gᵢ.
///
/// A method sees no more than the inner products of the gradients (their Gramian), so none of them touches a
/// parameter; `GradDrop` alone asks whoever holds the gradients for more. A new one is one file with a type
/// that conforms to this, and one line in `GradientAggregationKind.all`.
public protocol GradientAggregation: NamedMethod {
  /// With the default hyperparameters.
  init(taskCount: Int)

  /// Which gradients the inner products are of, and whether coefficients are all there is to the method.
  var gradients: GradientSource { get }

  /// One coefficient for each of the tasks that have a gradient: at least one, none of them zero. The result
  /// is finite for every such input.
  mutating func coefficients(of gradients: TaskGradients) -> [Double]

  /// What a resumed run must have back. Empty when every step starts afresh.
  var state: [Double] { get set }
}

extension GradientAggregation {
  public var gradients: GradientSource { .current }

  public var state: [Double] {
    get { [] }
    set {}
  }

  /// One coefficient a task for its unweighted gradient.
  ///
  /// A loss weight wᵢ makes wᵢ gᵢ the task's gradient, before the method sees it: methods that don't look at
  /// the gradients' lengths (IMTL-G, Nash-MTL, DB-MTL) undo it. A task whose gradient is zero or not finite
  /// takes no part and has the coefficient zero: to MGDA, for one, a task that the batch doesn't hold would
  /// otherwise look like a task that can't get better.
  public mutating func coefficients(for input: AggregationInput) -> [Double] {
    var result = [Double](repeating: 0, count: input.gramian.count)
    guard let present = TaskGradients(input) else { return result }
    for (task, coefficient) in zip(present.tasks, coefficients(of: present)) {
      result[task] = coefficient * input.weights[task]
    }
    return result
  }
}
