import Networks
import Tasks

/// The groups that parameters move in: what tasks share, each head, and what one task has of the encoder for itself.
/// A group without a gradient in a step is left alone.
struct MovementGroups: Sendable {
  static let shared = "encoder"

  /// For each task its head's group and that of its own parameters.
  private let own: [[String]]
  private let learningRateFactors: [String: Double]

  init(_ tasks: [TaskDefinition]) {
    own = tasks.map { ["heads.\(MultiTaskNetwork.headName(of: $0))", "own.\($0.name)"] }
    learningRateFactors = Dictionary(
      zip(own, tasks).flatMap { groups, task in groups.map { ($0, task.learningRateFactor) } },
      uniquingKeysWith: { first, _ in first })
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

  /// The learning-rate factor of a group: of its task, of a shared head its first task's.
  func learningRateFactor(of group: String) -> Double {
    learningRateFactors[group] ?? 1
  }
}
