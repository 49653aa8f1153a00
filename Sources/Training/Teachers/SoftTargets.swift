import Foundation
import Networks
import Tasks
import Tensors

/// What teachers say of the training examples of one task: logits in the order of the task's labels, or a score.
struct SoftTargets: Sendable {
  /// Numbers an example.
  let width: Int
  /// Example by example.
  let values: [Float]
  /// Where they come from, for people.
  let teachers: [String]

  /// Of some examples, one after the other.
  func values(of examples: [Int32]) -> [Float] {
    examples.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }
  }
}

extension SoftTargets {
  /// Asks teachers about all training examples of a model's tasks. What several say of one task is averaged (Liu et al. 2019b,
  /// section 3).
  ///
  /// A teacher answers without dropout, and what it says of an example does not depend on others: asked once before the
  /// first step, it says what it would say at any step.
  ///
  /// - Parameter train: the examples of each task.
  /// - Returns: one for each task, nil for those without a teacher.
  /// - Throws: `TeacherError`; what `ModelFolder` throws.
  static func ask(
    _ sources: [TeacherSource], about model: Model, train: [Examples]
  ) throws -> [SoftTargets?] {
    var answers: [[TeacherAnswer]] = model.tasks.map { _ in [] }
    for source in sources {
      if let task = source.task, !model.tasks.contains(where: { $0.name == task }) {
        throw TeacherError.unknownTask(task, of: model.tasks.map(\.name))
      }
      let teacher = try Teacher(source, on: model.parameters.device)
      var hasAnswered = false
      for (index, task) in model.tasks.enumerated() where source.task ?? task.name == task.name {
        guard teacher.knows(task.name) else { continue }
        guard task.type.target.canBeTaught else { throw TeacherError.notTaught(task, by: source) }
        hasAnswered = true
        answers[index].append(try teacher.answer(for: task, train[index]))
      }
      guard hasAnswered else { throw TeacherError.nothingToTeach(source, of: model.tasks.map(\.name)) }
    }
    return zip(model.tasks, answers).map { task, answers in
      guard let first = answers.first else { return nil }
      var values = first.values
      if answers.count > 1 {
        for index in values.indices {
          values[index] = answers.reduce(0) { $0 + $1.values[index] } / Float(answers.count)
        }
      }
      if task.type.target == .label { values = values.map { log(max($0, .leastNormalMagnitude)) } }
      return SoftTargets(
        width: task.type.target == .label ? task.labels.count : 1, values: values,
        teachers: answers.map(\.source))
    }
  }
}

/// What one teacher says of the examples of one task: probabilities in the order of the task's labels, or a score, example by
/// example.
struct TeacherAnswer {
  let source: String
  let values: [Float]
}

/// A teacher that can't teach what it should.
public struct TeacherError: Error, CustomStringConvertible, Sendable {
  public let description: String

  init(_ description: String) { self.description = description }

  static func unknownTask(_ task: String, of tasks: [String]) -> TeacherError {
    TeacherError("there is no task '\(task)' to be taught; there are \(tasks.joined(separator: ", "))")
  }

  static func notTaught(_ task: TaskDefinition, by source: TeacherSource) -> TeacherError {
    TeacherError(
      "\(source.path): there is no teaching for tasks of type \(task.type.name), as '\(task.name)' is; name those that "
        + "the teacher is for: TASK=\(source.path)")
  }

  static func nothingToTeach(_ source: TeacherSource, of tasks: [String]) -> TeacherError {
    TeacherError(
      "\(source.path): this teacher knows none of the tasks that it should teach: "
        + (source.task ?? tasks.joined(separator: ", ")))
  }
}
