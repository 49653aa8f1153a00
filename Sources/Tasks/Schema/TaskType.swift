/// What kind of target a task is trained towards.
public enum TargetKind: String, Sendable {
  /// One of the task's classes.
  case label
  /// A number within the task's range.
  case score
  /// The level of a candidate for its query: 0 for a wrong one, a greater whole number for a better one.
  case relevance
  /// One of the task's labels for each word of a text.
  case tags
  /// Any number of the task's labels.
  case labelSet
  /// A part of the second text.
  case answer
  /// Tokens of the text itself that are hidden.
  case maskedTokens

  /// Whether outputs are for tokens, which examples mark, and not for whole texts.
  public var isOfTokens: Bool { self == .tags || self == .answer || self == .maskedTokens }

  /// Whether the task has names of labels, for texts or for words.
  public var hasLabels: Bool { self == .label || self == .tags || self == .labelSet }
}

/// What a column is for, whatever a task type calls it.
public enum ColumnUse: String, Sendable, CaseIterable {
  /// The first, or only, text.
  case text
  /// The second text.
  case pair
  case label
  /// Rows with the same value are candidates of the same query.
  case queryID
  /// The name of a candidate in a run file.
  case candidateID
  /// Where in the second text an answer begins.
  case answerStart
}

/// A kind of task: the columns that its data needs and what a head is trained towards. The heads of
/// `Networks` declare one each, so that a new kind of task is a new head and nothing else.
public struct TaskType: Sendable {
  /// A column and the name it has in `columns` of a task file.
  public struct Column: Sendable {
    public let name: String
    public let use: ColumnUse
    public let isRequired: Bool

    public init(_ name: String, _ use: ColumnUse, isRequired: Bool = true) {
      self.name = name
      self.use = use
      self.isRequired = isRequired
    }
  }

  /// What `type` is in a task file.
  public let name: String
  public let columns: [Column]
  public let target: TargetKind
  public let defaultMetrics: [String]

  public init(name: String, columns: [Column], target: TargetKind, defaultMetrics: [String]) {
    self.name = name
    self.columns = columns
    self.target = target
    self.defaultMetrics = defaultMetrics
  }

  func column(_ use: ColumnUse) -> Column? { columns.first { $0.use == use } }

  /// The columns of a table that names them as the type does.
  var namedColumns: [ColumnUse: ColumnReference] {
    var named: [ColumnUse: ColumnReference] = [:]
    for column in columns where column.isRequired { named[column.use] = .name(column.name) }
    return named
  }

  /// What the texts of an example are for, in their order.
  var texts: [ColumnUse] { isPaired ? [.text, .pair] : [.text] }

  /// Whether every example has two texts.
  public var isPaired: Bool { column(.pair)?.isRequired ?? false }

  /// Whether examples are labelled by a column, and not by the texts themselves.
  var hasLabelColumn: Bool { column(.label) != nil }
}

extension TaskType {
  /// One text, one of several classes.
  public static let classification = TaskType(
    name: "classification", columns: [Column("text", .text), Column("label", .label)],
    target: .label, defaultMetrics: ["accuracy"])

  /// Two texts, a number that says how alike they are.
  public static let similarity = TaskType(
    name: "similarity", columns: [Column("text", .text), Column("pair", .pair), Column("label", .label)],
    target: .score, defaultMetrics: ["pearson", "spearman"])

  /// Two texts, one of several classes.
  public static let pairClassification = TaskType(
    name: "pair-classification",
    columns: [Column("text", .text), Column("pair", .pair), Column("label", .label)],
    target: .label, defaultMetrics: ["accuracy"])

  /// A text whose words each have one of several labels, as entities that begin, go on and end have (BIO).
  public static let tokenLabelling = TaskType(
    name: "token-labelling", columns: [Column("text", .text), Column("label", .label)],
    target: .tags, defaultMetrics: ["entity-f1", "accuracy"])

  /// One text, any number of several labels, none included.
  public static let multiLabel = TaskType(
    name: "multi-label", columns: [Column("text", .text), Column("label", .label)],
    target: .labelSet, defaultMetrics: ["micro-f1", "macro-f1", "subset-accuracy"])

  /// A question and a text that holds its answer, and that answer.
  public static let spanExtraction = TaskType(
    name: "span-extraction",
    columns: [
      Column("question", .text), Column("context", .pair), Column("answer", .label),
      Column("answerStart", .answerStart, isRequired: false),
    ],
    target: .answer, defaultMetrics: ["answer-f1", "exact-match"])

  /// A text, or two, of which some tokens are hidden, to be told from the others. It needs no labels.
  public static let maskedLanguageModelling = TaskType(
    name: "masked-language-modelling",
    columns: [Column("text", .text), Column("pair", .pair, isRequired: false)],
    target: .maskedTokens, defaultMetrics: ["masked-accuracy", "perplexity"])

  /// A query and one of its candidates, and the candidate's relevance.
  public static let ranking = TaskType(
    name: "ranking",
    columns: [
      Column("query", .text), Column("candidate", .pair), Column("label", .label),
      Column("queryID", .queryID, isRequired: false), Column("candidateID", .candidateID, isRequired: false),
    ],
    target: .relevance, defaultMetrics: ["map", "mrr", "ndcg@10"])
}
