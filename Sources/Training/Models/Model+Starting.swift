import Networks
import Tasks
import Tensors
import Tokenization

extension Model {
  /// A model to train from nothing: an encoder of this shape with fresh parameters.
  ///
  /// - Parameters:
  ///   - tasks: resolved, see `TaskDefinition.resolved()`.
  ///   - seed: decides the parameters; each has its own stream, so that a task more changes no other's head.
  /// - Throws: as `init`.
  public static func new(
    _ configuration: EncoderConfiguration, tokenizer: Tokenizer, tasks: [TaskDefinition],
    sharing: SharingDefinition = .hard, seed: UInt64, device: Device
  ) throws -> Model {
    let model = try Model(
      configuration: configuration, tokenizer: tokenizer, tasks: tasks, sharing: sharing, device: device)
    model.parameters.initialize(seed: seed)
    return model
  }
}

extension ModelFolder {
  /// A model to fine-tune: the encoder of this folder, and a head for each task. Heads of the folder's own tasks go on
  /// with their parameters where name and shape are the same; all others are fresh. Every copy that a way of sharing makes
  /// of a part of the encoder starts as that part.
  ///
  /// - Parameters:
  ///   - tasks: resolved, see `TaskDefinition.resolved()`.
  ///   - sharing: how the tasks share the encoder; nil for as the folder says.
  ///   - dropout: the encoder's dropouts; nil leaves those of the folder.
  ///   - seed: decides the parameters that the folder does not have.
  /// - Returns: the model, and which names found no counterpart.
  /// - Throws: as `Model.init` and `loadParameters`; `ModelError` when parameters of the encoder are missing. The pooler may
  ///   be, as some encoders are published without.
  public func modelForTraining(
    _ tasks: [TaskDefinition], sharing: SharingDefinition? = nil, dropout: Float? = nil, seed: UInt64,
    device: Device
  ) throws -> (model: Model, report: LoadingReport) {
    var configuration = encoder
    if let dropout {
      configuration.dropout = dropout
      configuration.attentionDropout = dropout
    }
    if self.sharing == .hard {
      // An encoder that is not there is refused before memory is taken for it.
      let (_, layout) = try Model.network(configuration, tokenizer: tokenizer, tasks: [], sharing: .hard)
      try check(
        ParameterSources(self, layout: layout).report.missing.filter { !$0.hasPrefix("encoder.pooler.") })
    }
    let model = try Model.new(
      configuration, tokenizer: tokenizer, tasks: tasks, sharing: sharing ?? self.sharing, seed: seed,
      device: device)
    return (model, try start(model))
  }

  /// Reads what training goes on with into a model whose parameters are fresh: see `modelForTraining`.
  ///
  /// - Throws: as `modelForTraining`.
  @discardableResult
  public func start(_ model: Model) throws -> LoadingReport {
    let heads = try headStarts(for: model)
    let fresh = heads.filter { $0.kind != .kept }.map(\.name)
    var report = try loadParameters(into: model, copies: true, freshHeads: Set(fresh))
    let missing = report.missing
    let names = HeadNames(model.tasks)
    report.heads = heads.map { head in
      let own = model.parameters.layout.entries.filter { names.head(of: $0.name) == head.name }
      guard head.kind != .kept, own.allSatisfy({ !missing.contains($0.name) }), !own.isEmpty else {
        return head
      }
      return HeadStart(name: head.name, kind: .pretrained)
    }
    let folderNames = HeadNames(tasks)
    for name in report.unused.compactMap({ folderNames.head(of: $0) })
    where !report.unusedHeads.contains(name) && !heads.contains(where: { $0.name == name }) {
      report.unusedHeads.append(name)
    }
    let origins = model.parameters.layout.origins
    try check(
      report.missing.filter { name in
        let origin = origins[name] ?? name
        return HuggingFaceNames.isOfEncoder(origin) && !origin.hasPrefix("encoder.pooler.")
      })
    return report
  }
}

extension ModelFolder.LoadingReport {
  /// Whether the pooler starts fresh.
  public var poolerIsFresh: Bool { missing.contains { $0.hasSuffix(".pooler.weight") } }

  /// Other tensors that the model has no use for, such as those of a language-model head.
  public var unusedOthers: [String] { unused.filter { !$0.hasPrefix("heads.") } }

  /// Heads that go on with the folder's parameters.
  public var keptHeads: [String] { heads.filter { $0.kind == .kept }.map(\.name) }
}
