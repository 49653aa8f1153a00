import Tasks
import Tokenization

extension TaskDefinition {
  /// Whether a bag of words can answer: not where words in their places are asked about.
  public var hasBaseline: Bool { !type.target.isOfTokens }

  /// The figures of a linear bag of words, fitted on the training data, on a split; nil if the task has no such split.
  ///
  /// - Throws: `ModelError` for a task without a baseline, `DataError` for rows that can't be read, `TrainingError` for a task without training data,
  ///   `TaskFileError` and `PredictionError` as `evaluate`.
  public func baseline(
    on split: Split, tokenizer: Tokenizer, queries: EvaluatedQueries = .answerable
  ) throws -> TaskEvaluation? {
    guard hasBaseline else {
      throw ModelError("task '\(name)' is of type \(type.name), which a bag of words has no answer to")
    }
    let encoder = TokenizerEncoder(tokenizer: tokenizer)
    let length = 512
    guard let train = try examples(of: .train, encoder: encoder, maximumLength: length) else {
      throw TrainingError.noTrainingData(task: name)
    }
    guard let judged = try examples(of: split, encoder: encoder, maximumLength: length) else { return nil }
    let model = LinearBaseline(self, train: train, vocabularySize: tokenizer.vocabulary.count)
    return try evaluate(model.predictions(for: judged), of: judged, queries: queries)
  }
}
