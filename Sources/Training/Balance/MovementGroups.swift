import Networks
import Tasks

/// The groups that parameters move in: what tasks share, each head, and what one task has of the encoder for itself.
/// A group without a gradient in a step is left alone.
struct MovementGroups: Sendable {
  static let shared = "encoder"

  /// For each task its head's group, that of its own parameters, and that of those that it has with some others.
  private let own: [[String]]
  private let learningRateFactors: [String: Double]

  /// - Parameter sharing: nil where parameters of several tasks are all alike.
  init(_ tasks: [TaskDefinition], sharing: (any Sharing)? = nil) {
    let own = tasks.map { ["heads.\(MultiTaskNetwork.headName(of: $0))", "own.\($0.name)"] }
    learningRateFactors = Dictionary(
      zip(own, tasks).flatMap { groups, task in groups.map { ($0, task.learningRateFactor) } },
      uniquingKeysWith: { first, _ in first })
    self.own = own.enumerated().map { task, groups in
      groups + (sharing?.scope(ofTask: task).flatMap { groups.contains($0) ? nil : [$0] } ?? [])
    }
  }

  /// By the name of a parameter.
  func group(of parameter: String) -> String {
    // A name may begin as another does, and go on after a dot.
    own.joined().filter { parameter.hasPrefix($0 + ".") }.max { $0.count < $1.count } ?? Self.shared
  }

  /// The groups that rows of these tasks go through.
  func groups(of tasks: some Sequence<Int>) -> Set<String> {
    Set(tasks.flatMap { own[$0] } + [Self.shared])
  }

  /// Those of them that tasks are balanced over.
  func balancedGroups(of tasks: some Sequence<Int>) -> Set<String> {
    groups(of: tasks).filter { ParameterGroups.isShared($0 + ".") }
  }

  /// The learning-rate factor of a group: of its task, of a shared head its first task's.
  func learningRateFactor(of group: String) -> Double {
    learningRateFactors[group] ?? 1
  }
}
