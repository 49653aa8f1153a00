import Tasks

extension HeadKind {
  /// The name of a task's head, its task type's default if the task file names none.
  public static func name(for task: TaskDefinition) -> String {
    task.head.type ?? all.first { $0.taskType.name == task.type.name }?.name ?? "none"
  }
}
