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
}

extension TaskDefinition {
  /// This task of a model with the data and metrics that a task file gives for it: how a model is evaluated on files other
  /// than those it was trained with.
  ///
  /// - Throws: `TaskFileError` when the other task is of another type, or its labels are others or in another order.
  public func takingData(of other: TaskDefinition) throws(TaskFileError) -> TaskDefinition {
    guard other.type.name == type.name else {
      throw other.error(
        "type", found: "'\(other.type.name)'", expected: "'\(type.name)', as the model was trained")
    }
    guard other.labels.isEmpty || other.labels == labels else {
      throw other.error(
        "labels", found: other.labels.joined(separator: ", "),
        expected: "\(labels.joined(separator: ", ")), in this order, as the model was trained")
    }
    var task = self
    task.train = other.train
    task.dev = other.dev
    task.test = other.test
    task.layout = other.layout
    task.columns = other.columns
    task.metrics = other.metrics
    task.mainMetric = other.mainMetric
    task.file = other.file
    task.line = other.line
    return task
  }
}
