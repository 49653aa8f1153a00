import Tasks
import Tensors
import Wording

/// What a task puts on top of the shared encoder.
///
/// A new head is one file with a type that conforms to this, and one line in `HeadKind.all`. Its parameters are its
/// own; tasks that name the same head share them.
public protocol Head: Sendable {
  /// The kind of task that it serves.
  static var taskType: TaskType { get }
  /// What `head: { type: … }` calls it among the heads of its task type.
  static var name: String { get }
  /// What it reads of an encoded text: unless it says otherwise the states of tokens where its task's target is of tokens, and
  /// pooled states elsewhere.
  static var reads: HeadReading { get }

  /// Adds its parameters to `scope` and reads its settings.
  ///
  /// - Throws: `TaskFileError` for a setting that it can't follow.
  init(
    task: TaskDefinition, settings: inout HeadSettings, encoder: EncoderConfiguration,
    in scope: ParameterScope)
    throws(TaskFileError)

  /// Raw outputs, one row a sequence of the part, or a marked token where the task type's target is of tokens.
  func forward(_ input: HeadInput, on tape: Tape) -> Matrix

  /// The mean loss over the part's examples, [1, 1]. Targets are of the kind that the task type names.
  func loss(_ outputs: Matrix, targets: Targets, on tape: Tape) -> Matrix

  /// What people are shown, from the rows of raw outputs of one sequence: the probability of each class, or one score.
  func prediction(_ outputs: Numbers) -> [Float]

  /// The same where predictions are not to be kept whole, but to be compared with what is expected of the marked tokens.
  func prediction(_ outputs: Numbers, expected: ArraySlice<Int32>) -> [Float]
}

extension Head {
  public static var reads: HeadReading { taskType.target.isOfTokens ? .tokenStates : .pooledStates }

  public func prediction(_ outputs: Numbers, expected: ArraySlice<Int32>) -> [Float] { prediction(outputs) }
}

/// Which values of its input a head computes with.
public enum HeadReading: Sendable {
  /// `HeadInput.pooled`, and perhaps the states of tokens too.
  case pooledStates
  /// The states of tokens alone.
  case tokenStates
}

/// The part of an encoded batch that belongs to one task.
public struct HeadInput {
  /// Pooled states, a row a sequence of the part, [sequences, hidden].
  public let pooled: Matrix
  /// The states of the tokens of the part, and perhaps of others, [tokens, hidden].
  public let states: Matrix
  /// For each sequence of the part the row of its first token in `states`, ...
  public let firsts: Indices
  /// ... of its second text's first token, which is `lasts` when there is none, ...
  public let pairs: Indices
  /// ... and the row after its last.
  public let lasts: Indices
  /// The rows in `states` of the tokens that the task asks about, sequence by sequence.
  public let marks: Indices
  /// How matrices with a row a marked token are divided among tasks.
  public let markSpace: RowSpace
  /// The word embeddings that the tokens were read from, [vocabulary, hidden].
  public let words: Parameter

  /// The states of the tokens that the task asks about, [marked tokens, hidden].
  public func markedStates(on tape: Tape) -> Matrix { tape.gather(states, rows: marks, in: markSpace) }
}

/// The heads that task files can name.
public enum HeadKind {
  /// The first of a task type is its default.
  public static let all: [any Head.Type] = [
    ClassificationHead.self, SimilarityHead.self, PairClassificationHead.self, StochasticAnswerHead.self,
    RankingHead.self, TokenLabellingHead.self, MultiLabelHead.self, SpanExtractionHead.self,
    MaskedLanguageHead.self,
  ]

  /// The task types of all heads, in order.
  public static var taskTypes: [TaskType] {
    var types: [TaskType] = []
    for head in all where !types.contains(where: { $0.name == head.taskType.name }) {
      types.append(head.taskType)
    }
    return types
  }

  /// The name of a task's head, its task type's default if the task file names none.
  public static func name(for task: TaskDefinition) -> String {
    task.head.type ?? all.first { $0.taskType.name == task.type.name }?.name ?? "none"
  }

  /// - Throws: `TaskFileError` when the task's type has no head of the name that the task file gives.
  static func type(
    for task: TaskDefinition, among kinds: [any Head.Type]
  ) throws(TaskFileError) -> any Head.Type {
    let fitting = kinds.filter { $0.taskType.name == task.type.name }
    guard let name = task.head.type else {
      guard let first = fitting.first else {
        throw task.error("type", found: quoted(task.type.name), expected: "a task type that has a head")
      }
      return first
    }
    guard let named = fitting.first(where: { $0.name == name }) else {
      throw task.error("head.type", found: quoted(name), expected: listed(fitting.map { $0.name }))
    }
    return named
  }
}
