/// One task as its task file defines it.
public struct TaskDefinition: Sendable {
  /// What the task file says of the task's head. `Networks` knows the heads and checks it.
  public struct Head: Sendable {
    /// The kind of head; nil for the task type's own.
    public var type: String?
    /// Tasks that give the same name share one head.
    public var name: String?
    /// All other members, in the order of the file.
    public var settings: [Setting]

    public init(type: String? = nil, name: String? = nil, settings: [Setting] = []) {
      self.type = type
      self.name = name
      self.settings = settings
    }
  }

  public var name: String
  public var type: TaskType
  public var head: Head
  public var train: SplitSource?
  public var dev: SplitSource?
  public var test: SplitSource?
  /// The classes' names in the order of their ids; empty until `resolved()` has collected them from the
  /// training rows.
  public var labels: [String]
  /// Lowest and highest score; nil until `resolved()` has found them in the training rows.
  public var range: ClosedRange<Double>?
  public var metrics: [String]
  /// The metric that decides which checkpoint is best.
  public var mainMetric: String
  /// The loss's fixed factor, for the weighting that uses it.
  public var weight: Double
  public var learningRateFactor: Double
  /// Tokens an example is cut to, if fewer than the encoder takes.
  public var maximumLength: Int?
  /// Of contexts that are longer than there is room for, the tokens from where one window begins to where the next does; nil
  /// for `Windows.stride`.
  public var stride: Int?
  /// How tables of the task are laid out (as its first split is), and their columns.
  public var layout: TableLayout
  public var columns: [ColumnUse: ColumnReference]
  /// The task file, and the line in it: for messages.
  public var file: String
  public var line: Int

  public init(
    name: String, type: TaskType, columns: [ColumnUse: ColumnReference], layout: TableLayout = TableLayout(),
    labels: [String] = [], range: ClosedRange<Double>? = nil
  ) {
    self.name = name
    self.type = type
    self.columns = columns
    self.layout = layout
    self.labels = labels
    self.range = range
    head = Head()
    metrics = type.defaultMetrics
    mainMetric = type.defaultMetrics.first ?? ""
    weight = 1
    learningRateFactor = 1
    file = ""
    line = 0
  }

  public subscript(split: Split) -> SplitSource? {
    get {
      switch split {
      case .train: train
      case .dev: dev
      case .test: test
      }
    }
    set {
      switch split {
      case .train: train = newValue
      case .dev: dev = newValue
      case .test: test = newValue
      }
    }
  }

  /// A complaint about this task, naming `key` below it.
  public func error(_ key: String = "", found: String, expected: String) -> TaskFileError {
    TaskFileError(
      file: file, line: line, key: "tasks.\(name)" + (key.isEmpty ? "" : ".\(key)"), found: found,
      expected: expected)
  }
}
