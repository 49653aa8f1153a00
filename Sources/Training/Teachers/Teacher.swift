import Bytes
import Foundation
import Tasks
import Tensors

extension TeacherSource {
  /// Whether it is for a task: the one that it names, or one that it knows.
  ///
  /// - Throws: `TeacherError`; what `ModelFolder` throws.
  func teaches(_ name: String) throws -> Bool {
    if let task { return task == name }
    return try isFolder
      ? ModelFolder(URL(fileURLWithPath: path)).tasks.contains { $0.name == name }
      : PredictionFile(path).tasks.contains(name)
  }

  fileprivate var isFolder: Bool {
    get throws(TeacherError) {
      guard let status = FileStatus(path) else {
        throw TeacherError("\(path): there is no such checkpoint or file of predictions to learn from")
      }
      return status.isFolder
    }
  }
}

/// A checkpoint that is asked, or a file of what one has said.
enum Teacher {
  case model(Predictor, path: String)
  case file(PredictionFile)

  /// - Throws: `TeacherError`; what `ModelFolder` throws.
  init(_ source: TeacherSource, on device: Device) throws {
    if try source.isFolder {
      let model = try ModelFolder(URL(fileURLWithPath: source.path)).model(on: device)
      self = .model(Predictor(model), path: source.path)
    } else {
      self = .file(try PredictionFile(source.path))
    }
  }

  func knows(_ task: String) -> Bool {
    switch self {
    case .model(let predictor, _): predictor.model.tasks.contains { $0.name == task }
    case .file(let file): file.tasks.contains(task)
    }
  }

  /// - Parameter examples: the training examples of the task, as the student sees them.
  func answer(for task: TaskDefinition, _ examples: Examples) throws -> TeacherAnswer {
    switch self {
    case .file(let file):
      return TeacherAnswer(source: file.path, values: try file.values(for: task, examples))
    case .model(let predictor, let path):
      let model = predictor.model
      let index = try model.task(named: task.name)
      let known = model.tasks[index]
      guard known.type.name == task.type.name else {
        throw TeacherError("\(path): there the task '\(task.name)' is of type \(known.type.name)")
      }
      guard Set(known.labels) == Set(task.labels) else {
        throw TeacherError(
          "\(path): there the labels of '\(task.name)' are \(listing(known.labels, limit: 12)), and here "
            + listing(task.labels, limit: 12))
      }
      // The same rows, cut up by the teacher's own vocabulary.
      var asked = known
      asked.train = task.train
      asked.layout = task.layout
      asked.columns = task.columns
      asked.labels = task.labels
      guard let own = try model.examples(of: .train, task: asked), own.rows == examples.rows else {
        throw TeacherError("\(path): it does not find the training rows of '\(task.name)'")
      }
      let places = Dictionary(uniqueKeysWithValues: zip(known.labels, known.labels.indices))
      let order = task.labels.compactMap { places[$0] }
      try task.checkMemory(ofPredictionsFor: own)
      let predictions = predictor.predictions(for: own, task: index)
      let values = predictions.flatMap { row in order.isEmpty ? row : order.map { row[$0] } }
      return TeacherAnswer(source: path, values: values)
    }
  }
}
