import Networks
import Tasks
import Tokenization

extension Model {
  /// Reads and tokenises a split of a task as this model takes it; nil if the task has no such split.
  ///
  /// - Throws: `DataError`
  public func examples(of split: Split, task: TaskDefinition) throws(DataError) -> Examples? {
    try task.examples(
      of: split, encoder: TokenizerEncoder(tokenizer: tokenizer), maximumLength: configuration.maximumLength)
  }

  /// Reads and tokenises the rows of a file as this model takes them.
  ///
  /// - Throws: `DataError`
  public func examples(of file: LabelledFile, task: TaskDefinition) throws(DataError) -> Examples {
    let examples = try task.examples(
      from: file.source(for: task), encoder: TokenizerEncoder(tokenizer: tokenizer),
      maximumLength: configuration.maximumLength)
    guard examples.count > 0 else {
      throw DataError(file: file.path, found: "no rows", expected: "at least one")
    }
    return examples
  }

  /// Tokenises texts, in their order. A text that is too long is cut.
  ///
  /// - Parameter task: says at which length, and which tokens are asked about; nil for an encoder alone.
  /// - Throws: `DataError` for a text of more bytes than are counted.
  func examples(of texts: [InputText], for task: TaskDefinition? = nil) throws(DataError) -> Examples {
    // Where whole texts are asked about, the type that keeps rows as they come, without gathering queries.
    let type = task.flatMap { $0.type.target.isOfTokens ? $0.type : nil } ?? .classification
    var builder = ExampleBuilder(
      type: type, isLabelled: false, encoder: TokenizerEncoder(tokenizer: tokenizer),
      maximumLength: min(configuration.maximumLength, task?.maximumLength ?? .max), stride: task?.stride)
    for (row, text) in texts.enumerated() {
      try builder.append(text.text, text.pair, row: row, line: row + 1)
    }
    return builder.finish()
  }
}
