import Networks
import Tasks
import Tokenization

/// What a model is asked about: a text, or two.
public struct InputText: Sendable, Equatable {
  public var text: String
  public var pair: String?

  public init(_ text: String, pair: String? = nil) {
    self.text = text
    self.pair = pair
  }
}

/// Answers of tasks for texts that stand in no file, given a few at a time.
public final class TextPredictor {
  /// In the order in which they were asked for.
  public let tasks: [TaskDefinition]
  /// How many of the texts that were answered so far were cut to the maximum length, counted once a pass of the encoder.
  public private(set) var truncatedCount = 0
  private let model: Model
  /// The places in `tasks` of those that cut texts at the same length, which one pass of the encoder answers together.
  private let passes: [[Int]]
  private let indices: [Int]
  private let predictor: Predictor

  /// - Throws: `ModelError` when the model has no task of a name.
  public init(_ model: Model, tasks names: [String]) throws(ModelError) {
    indices = try names.map { name throws(ModelError) in try model.task(named: name) }
    let tasks = indices.map { model.tasks[$0] }
    self.tasks = tasks
    self.model = model
    predictor = Predictor(model)
    var passes: [[Int]] = []
    for (place, task) in tasks.enumerated() {
      if let pass = passes.firstIndex(where: {
        let first = tasks[$0[0]]
        return first.maximumLength == task.maximumLength
          && first.type.target.isOfTokens == task.type.target.isOfTokens
      }) {
        passes[pass].append(place)
      } else {
        passes.append([place])
      }
    }
    self.passes = passes
  }

  /// The length, in tokens, at which texts are cut for the first task.
  public var maximumLength: Int {
    min(model.configuration.maximumLength, tasks.first?.maximumLength ?? .max)
  }

  /// - Throws: `ModelError` when the model has no task of this name.
  public convenience init(_ model: Model, task name: String) throws(ModelError) {
    try self.init(model, tasks: [name])
  }

  /// The predictions of the first task for each text in the order given: class probabilities, or one score. They do not
  /// depend on which texts are given together.
  ///
  /// - Throws: as `allPredictions`.
  public func predictions(for texts: [InputText]) throws(DataError) -> [[Float]] {
    try allPredictions(for: texts).first ?? []
  }

  /// The predictions of the first task, and the examples that were made of the texts, with the tokens that it asks about.
  func markedPredictions(
    for texts: [InputText]
  ) throws(DataError) -> (examples: Examples, predictions: [[Float]]) {
    let examples = try model.examples(of: texts, for: tasks[0])
    truncatedCount += examples.truncatedCount
    return (examples, predictor.predictions(for: examples, task: indices[0]))
  }

  /// The predictions of every task: `result[i][text]` is what `tasks[i]` says. The encoder runs once a text, and once
  /// more for each other length at which a task cuts its texts.
  ///
  /// - Throws: `DataError` for a text of 2³¹ bytes or more.
  public func allPredictions(for texts: [InputText]) throws(DataError) -> [[[Float]]] {
    var results = [[[Float]]](repeating: [], count: tasks.count)
    for pass in passes {
      let examples = try model.examples(of: texts, for: tasks[pass[0]])
      truncatedCount += examples.truncatedCount
      let predictions = predictor.predictions(for: examples, tasks: pass.map { indices[$0] })
      for (place, values) in zip(pass, predictions) { results[place] = values }
    }
    return results
  }
}
