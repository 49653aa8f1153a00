import Tasks

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
        "labels", found: listing(other.labels, limit: 12),
        expected: "\(listing(labels, limit: 12)), in this order, as the model was trained")
    }
    var task = self
    task.train = other.train
    task.dev = other.dev
    task.test = other.test
    task.layout = other.layout
    task.columns = other.columns
    task.metrics = other.metrics
    task.mainMetric = other.mainMetric
    task.stride = other.stride ?? stride
    task.file = other.file
    task.line = other.line
    return task
  }
}
