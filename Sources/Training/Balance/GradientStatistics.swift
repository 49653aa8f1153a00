import Balancing
import LinearAlgebra

/// How the tasks' gradients of the shared parameters stand to each other in one step.
public struct GradientStatistics: Sendable {
  public struct Cosine: Sendable {
    public let first: String
    public let second: String
    public let value: Double
  }

  /// The Euclidean norm of the gradient of each task's mean loss, unweighted, for the tasks in the step.
  public let norms: [(task: String, value: Double)]
  /// Of each pair of tasks in the step whose gradients are not zero.
  public let cosines: [Cosine]
  /// Whether they were measured for the log alone, and not because the run needs them in every step.
  let isForLog: Bool

  init(_ gramian: SymmetricMatrix, present: [Bool], tasks: [String], isForLog: Bool = false) {
    self.isForLog = isForLog
    let lengths = (0..<gramian.count).map { gramian[$0, $0].squareRoot() }
    let held = present.indices.filter { present[$0] }
    norms = held.map { (tasks[$0], lengths[$0]) }
    cosines = held.flatMap { first in
      held.filter { $0 > first && lengths[first] > 0 && lengths[$0] > 0 }.map { second in
        let cosine = gramian[first, second] / lengths[first] / lengths[second]
        return Cosine(first: tasks[first], second: tasks[second], value: min(max(cosine, -1), 1))
      }
    }
  }
}
