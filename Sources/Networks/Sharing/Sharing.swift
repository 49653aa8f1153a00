import Tasks
import Tensors
import Wording

/// Which parameters tasks share: everything between the lexicon, which all tasks share, and the heads.
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

  /// Whether tasks see the same states of the same text, so that one pass answers all of them.
  var isOneForAllTasks: Bool { get }

  /// The states that each task's head reads, one for each part of the batch in order.
  ///
  /// In the memory of a tape that only predicts, what a layer leaves behind stays unless `Tape.recyclingMemory` is used.
  func forward(_ input: EncoderInput, on tape: Tape) -> [EncodedPart]

  /// The task whose output another takes as further input; then the parts of that one hold what both heads read.
  func source(ofTask task: Int) -> OutputSource?

  /// What is added to a task's loss beside that of its head, [1, 1].
  func penalty(ofTask task: Int, slot: Int, on tape: Tape) -> Matrix?

  /// Whether training leaves a parameter alone, whatever the run says.
  func freezes(_ parameter: String) -> Bool

  /// Where an encoder of one task alone finds its parameters: for each name of a plain encoder the name of the parameter
  /// that takes its place.
  ///
  /// - Returns: nil where there is no such encoder.
  func extraction(ofTask task: Int, from parameters: ParameterStore) -> (@Sendable (String) -> String)?
}

extension Sharing {
  public var isOneForAllTasks: Bool { false }

  public func source(ofTask task: Int) -> OutputSource? { nil }

  public func penalty(ofTask task: Int, slot: Int, on tape: Tape) -> Matrix? { nil }

  public func freezes(_ parameter: String) -> Bool { false }

  public func extraction(
    ofTask task: Int, from parameters: ParameterStore
  ) -> (@Sendable (String) -> String)? { nil }
}

/// A task whose output for the same text another takes.
public struct OutputSource: Sendable {
  public let task: Int
  /// From class probabilities, or a score, to what is added to the states.
  public let map: LinearParameters
}

/// Where a way of sharing adds its parameters. The names say which tasks a parameter's gradient can come from, and with
/// which values of a pretrained encoder it starts.
public struct SharingScopes {
  private let root: ParameterScope
  private let tasks: [String]

  init(root: ParameterScope, tasks: [String]) {
    self.root = root
    self.tasks = tasks
  }

  /// `encoder.…`: what a plain encoder has, under the same names.
  public var encoder: ParameterScope { root.scope("encoder") }

  /// `sharing.…`: other parameters that rows of several tasks go through.
  public var shared: ParameterScope { root.scope("sharing") }

  /// `sharing.tower.TASK.…`: a copy of the encoder that rows of several tasks go through.
  public func tower(_ task: Int) -> ParameterScope {
    shared.scope("tower").scope(tasks[task], copying: "encoder")
  }

  /// `own.TASK.…`: parameters that only rows of this task go through. Those with the names of an encoder's start as copies
  /// of these.
  public func own(_ task: Int) -> ParameterScope {
    root.scope("own").scope(tasks[task], copying: "encoder")
  }
}

/// The ways of sharing that can be named.
public enum SharingKind {
  /// The first is the default.
  public static let all: [any Sharing.Type] = [
    HardSharing.self, SoftSharing.self, CrossStitchSharing.self, AttentionSharing.self,
    MixtureOfExpertsSharing.self, CustomizedGateSharing.self, ProgressiveSharing.self, PathSharing.self,
    HierarchySharing.self, AdapterSharing.self,
  ]

  /// - Throws: `TaskFileError` for a name that none of them has.
  static func type(
    of definition: SharingDefinition, among kinds: [any Sharing.Type]
  ) throws(TaskFileError) -> any Sharing.Type {
    if let kind = kinds.first(where: { $0.name == definition.type }) { return kind }
    let names = kinds.map { $0.name }
    throw definition.error(
      "type", found: quoted(definition.type),
      expected: nearestName(to: definition.type, among: names).map { quoted($0) }
        ?? listed(names, limit: .max))
  }
}

extension ParameterScope {
  /// The scope of one layer: `layer.3`.
  public func layer(_ index: Int) -> ParameterScope { scope("layer").scope("\(index)") }
}
