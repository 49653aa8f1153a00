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

/// Answers of one task for texts that stand in no file, given a few at a time.
public final class TextPredictor {
  public let task: TaskDefinition
  private let model: Model
  private let index: Int
  private let predictor: Predictor

  /// - Throws: `ModelError` when the model has no task of this name.
  public init(_ model: Model, task name: String) throws(ModelError) {
    index = try model.task(named: name)
    task = model.tasks[index]
    self.model = model
    predictor = Predictor(model)
  }

  /// The predictions for each text in the order given: class probabilities, or one score. They do not depend on which
  /// texts are given together.
  public func predictions(for texts: [InputText]) -> [[Float]] {
    predictor.predictions(
      for: model.examples(of: texts, maximumLength: task.maximumLength), task: index)
  }
}

extension Model {
  /// Tokenises texts, in their order. A text that is too long is cut.
  func examples(of texts: [InputText], maximumLength: Int? = nil) -> Examples {
    // Of the task types the one that keeps rows as they come, without gathering queries.
    var builder = ExampleBuilder(
      type: .classification, isLabelled: false, encoder: TokenizerEncoder(tokenizer: tokenizer),
      maximumLength: min(configuration.maximumLength, maximumLength ?? .max))
    for (row, text) in texts.enumerated() {
      builder.append(text.text, text.pair, row: row, line: row + 1)
    }
    return builder.finish()
  }
}
