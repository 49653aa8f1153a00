/// What tasks are to each other while they are trained together: means over the steps that were measured.
public struct TaskAffinity: Sendable {
  public let tasks: [String]
  /// Steps that were measured.
  public private(set) var steps = 0
  private var lookaheads: [[Mean]]
  private var cosines: [[Mean]]

  private struct Mean: Sendable {
    var sum = 0.0
    var count = 0

    mutating func add(_ value: Double) {
      sum += value
      count += 1
    }

    var value: Double? { count > 0 ? sum / Double(count) : nil }
  }

  init(tasks: [String]) {
    self.tasks = tasks
    let none = [[Mean]](repeating: [Mean](repeating: Mean(), count: tasks.count), count: tasks.count)
    lookaheads = none
    cosines = none
  }

  /// Z of the first task onto the second: the share of the second's loss that a step for the first alone, on the parameters
  /// that tasks share, takes away. Z = 1 − L_j(θ − η ∇L_i) / L_j(θ) (Fifty et al. 2021, TAG). Nil for two tasks that
  /// were in no measured step together.
  public func lookahead(from source: Int, to target: Int) -> Double? { lookaheads[source][target].value }

  /// The cosine between the gradients of two tasks' losses for the parameters that tasks share. Nil for two tasks that were in
  /// no measured step together.
  public func cosine(_ first: Int, _ second: Int) -> Double? { cosines[first][second].value }

  /// The lookahead affinity of every ordered pair, row by row of its source; 0 for what was not measured.
  public var matrix: [[Double]] { lookaheads.map { row in row.map { $0.value ?? 0 } } }

  // MARK: Measuring

  mutating func note(from source: Int, to target: Int, lookahead: Double) {
    lookaheads[source][target].add(lookahead)
  }

  mutating func note(_ statistics: GradientStatistics) {
    for cosine in statistics.cosines {
      guard let first = tasks.firstIndex(of: cosine.first), let second = tasks.firstIndex(of: cosine.second)
      else { continue }
      cosines[first][second].add(cosine.value)
      cosines[second][first].add(cosine.value)
    }
    for norm in statistics.norms where norm.value > 0 {
      if let task = tasks.firstIndex(of: norm.task) { cosines[task][task].add(1) }
    }
  }

  mutating func endStep() { steps += 1 }
}
