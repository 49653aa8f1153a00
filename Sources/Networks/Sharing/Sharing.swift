import Tasks
import Tensors

/// Which parameters tasks share: everything between the lexicon, which most often all tasks share, and the heads.
///
/// A new way of sharing is one file with a type that conforms to this, and one line in `SharingKind.all`. It declares its
/// parameters in the scopes it is given and writes forward code: operations on the tape bring their own gradients.
public protocol Sharing: Sendable {
  /// What `--sharing` calls it.
  static var name: String { get }

  /// Adds its parameters to `scopes` and reads its settings.
  ///
  /// - Throws: `TaskFileError` for a setting that it can't follow.
  init(
    settings: inout SharingSettings, encoder: EncoderConfiguration, tasks: [TaskDefinition],
    in scopes: SharingScopes) throws(TaskFileError)

  /// Whether it has lexicons of its own, in place of one that all tasks share.
  static var ownsLexicons: Bool { get }

  /// The lexicon of a task, where there are several.
  func lexicon(ofTask task: Int) -> Lexicon?

  /// What the names of those parameters begin with that belong to a task and perhaps some others, as `sharing.tower.TASK`: they
  /// are moved only in steps that hold rows of these.
  func scope(ofTask task: Int) -> String?

  /// Whether tasks see the same states of the same text, so that one pass answers all of them.
  var isOneForAllTasks: Bool { get }

  /// The states that each task's head reads, one for each part of the batch in order.
  ///
  /// In the memory of a tape that only predicts, what a layer leaves behind stays unless `Tape.recyclingMemory` is used.
  func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart]

  /// What is added to a task's loss beside that of its head, [1, 1].
  func penalty(ofTask task: Int, slot: Int, on tape: Tape) -> Matrix?

  /// Whether training leaves a parameter alone, whatever the run says.
  func freezes(_ parameter: String) -> Bool

  /// Whether what it adds to an encoder stands on pooled states alone, so that heads that read tokens' states have no use
  /// for it.
  var addsToPooledStatesAlone: Bool { get }

  /// The encoder of one task alone, which makes of a text what this makes of it for the task.
  ///
  /// - Throws: `NoPlainEncoder` where there is none.
  func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder
}

extension Sharing {
  public static var ownsLexicons: Bool { false }

  public func lexicon(ofTask task: Int) -> Lexicon? { nil }

  public func scope(ofTask task: Int) -> String? { nil }

  public var isOneForAllTasks: Bool { false }

  public func penalty(ofTask task: Int, slot: Int, on tape: Tape) -> Matrix? { nil }

  public func freezes(_ parameter: String) -> Bool { false }

  public var addsToPooledStatesAlone: Bool { false }

  public func plainEncoder(
    ofTask task: Int, from parameters: ParameterStore
  ) throws(NoPlainEncoder) -> PlainEncoder {
    throw NoPlainEncoder("in '\(Self.name)' the states of a task are more than a plain encoder makes")
  }
}
