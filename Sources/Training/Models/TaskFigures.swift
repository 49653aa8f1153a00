import Networks
import Tasks
import Tensors

/// What one task costs.
public struct TaskFigures: Sendable, Equatable {
  public let task: String
  /// Parameters that no other task's rows go through, those of its head among them. A head that tasks share counts for each.
  public let ownParameters: Int
  /// Floating-point operations of matrix products in a prediction, for each token of a text of `textLength` tokens.
  public let operationsAToken: Double

  /// Tokens of the text that operations are counted on.
  public static let textLength = 32
}

extension Model {
  /// Parameters that several tasks share, those of heads left aside.
  public var sharedParameterCount: Int {
    count { ParameterGroups.isShared($0) }
  }

  private func count(where isMeant: (String) -> Bool) -> Int {
    parameters.layout.entries.reduce(0) { $0 + (isMeant($1.name) ? $1.count : 0) }
  }

  /// One for each task.
  public func taskFigures() -> [TaskFigures] {
    let movement = MovementGroups(tasks)
    let tape = Tape(parameters: parameters)
    let length = min(TaskFigures.textLength, configuration.maximumLength)
    return tasks.indices.map { task in
      let groups = movement.groups(of: [task]).subtracting([MovementGroups.shared])
      // A pair has two texts; of what is counted nothing depends on where the second starts.
      let half = length / 2
      let sequence = (
        ids: [Int32](repeating: 0, count: length),
        segments: [Int32](repeating: 0, count: half) + [Int32](repeating: 1, count: length - half)
      )
      tape.reset(training: false)
      tape.profile = StepProfile()
      _ = network.forward(
        PackedBatch([(task: task, sequences: [sequence], targets: .none)]), on: tape)
      let operations = tape.profile?.longestFirst.reduce(0) { $0 + $1.operations } ?? 0
      return TaskFigures(
        task: tasks[task].name, ownParameters: count { groups.contains(movement.group(of: $0)) },
        operationsAToken: operations / Double(length))
    }
  }
}
