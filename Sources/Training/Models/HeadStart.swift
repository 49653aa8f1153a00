import Networks
import Tasks
import Tensors

/// What a head starts from when training goes on from a checkpoint.
public struct HeadStart: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The checkpoint's parameters.
    case kept
    /// Fresh ones, as the checkpoint has no such head.
    case new
    /// Those of the head for hidden tokens that a published encoder came with.
    case pretrained
    /// Fresh ones, as the checkpoint's head of this name is another: its difference, as the end of a sentence.
    case other(String)
  }

  public let name: String
  public let kind: Kind

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

extension ModelFolder {
  /// How the heads of a model that goes on from here start, in the order of its tasks.
  func headStarts(for model: Model) throws -> [HeadStart] {
    let scope = ParameterScope()
    _ = try MultiTaskNetwork(encoder, tasks: tasks, sharing: sharing, in: scope)
    let layouts = [(scope.layout, HeadNames(tasks)), (model.parameters.layout, HeadNames(model.tasks))]
    var starts: [HeadStart] = []
    for task in model.tasks {
      let name = MultiTaskNetwork.headName(of: task)
      guard !starts.contains(where: { $0.name == name }) else { continue }
      let knowing = tasks.filter { MultiTaskNetwork.headName(of: $0) == name }
      guard let known = knowing.first(where: { $0.name == task.name }) ?? knowing.first else {
        starts.append(HeadStart(name: name, kind: .new))
        continue
      }
      let shapes = layouts.map { layout, heads in
        layout.entries.filter { heads.head(of: $0.name) == name }.map { "\($0.name) \($0.shape)" }
      }
      let difference =
        task.difference(from: known)
        ?? (shapes[0] == shapes[1] ? nil : "its parameters have other shapes there")
      starts.append(HeadStart(name: name, kind: difference.map { .other($0) } ?? .kept))
    }
    return starts
  }

  /// A task with its labels or its range settled: as the checkpoint's task of this name has them where the task file does
  /// not say and the training rows have no others, so that the head can go on; else as `TaskDefinition.resolved()`.
  ///
  /// - Throws: as `TaskDefinition.resolved()`.
  public func resolved(_ task: TaskDefinition) throws -> TaskDefinition {
    var resolved = try task.resolved()
    guard let known = tasks.first(where: { $0.name == task.name }), known.type.name == task.type.name else {
      return resolved
    }
    if task.labels.isEmpty, Set(resolved.labels).isSubset(of: known.labels) { resolved.labels = known.labels }
    if task.range == nil, let range = known.range, let found = resolved.range,
      range.contains(found.lowerBound), range.contains(found.upperBound)
    {
      resolved.range = range
    }
    return resolved
  }
}

extension TaskDefinition {
  /// Why the head of another task can't go on with this one, nil if it can.
  fileprivate func difference(from known: TaskDefinition) -> String? {
    if known.type.name != type.name { return "it is of type \(known.type.name) there" }
    let (head, knownHead) = (HeadKind.name(for: self), HeadKind.name(for: known))
    if knownHead != head { return "it is of kind \(knownHead) there" }
    if known.labels != labels { return "its labels are \(listing(known.labels, limit: 12)) there" }
    return nil
  }
}
