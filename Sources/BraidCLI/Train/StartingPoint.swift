import CommandLineOptions
import Foundation
import Networks
import Tasks
import Tensors
import Tokenization
import Training
import Wording

/// What runs start from: an encoder that is there, or the shape and the vocabulary of a new one.
struct StartingPoint {
  /// As the options have it.
  let tasks: [TaskDefinition]
  let vocabularyWasMade: Bool
  /// Nil for as the encoder's folder says.
  let sharing: SharingDefinition?
  private let source: Source

  private enum Source {
    case folder(ModelFolder, path: String, dropout: Float?)
    case new(EncoderConfiguration, Tokenizer)
  }

  /// - Parameter say: takes remarks on what was done that nobody asked for.
  init(_ values: OptionValues, _ given: GivenTasks, say: (String) -> Void) throws {
    if values[TrainOptions.groups] != nil, values.isGiven(TrainOptions.sharing) {
      throw UsageError.other("--groups is a way of sharing: give it or --sharing")
    }
    sharing = values[TrainOptions.groups] ?? values[TrainOptions.sharing] ?? given.file.sharing
    if let path = values[TrainOptions.encoder] {
      try Self.refuseShape(values)
      let folder = try ModelFolder(URL(fileURLWithPath: path))
      self.tasks = try given.tasks { try folder.resolved($0) }.map { task in
        var task = task
        if let length = values[TrainOptions.maximumLength] {
          task.maximumLength = min(length, task.maximumLength ?? length)
        }
        return task
      }
      vocabularyWasMade = false
      source = .folder(
        folder, path: path, dropout: values[TrainOptions.dropout].map { Float($0) })
      return
    }
    let tasks = try given.tasks { try $0.resolved() }
    self.tasks = tasks
    let vocabulary: Vocabulary
    // The bundled vocabulary is of no use to who wants another one.
    let isFree = values[TrainOptions.vocabularySize] == nil && !values[TrainOptions.cased]
    if let path = values[TrainOptions.vocabulary] ?? (isFree ? given.bundled?.vocabulary?.path : nil) {
      vocabulary = try Vocabulary(contentsOf: URL(fileURLWithPath: path))
      vocabularyWasMade = false
    } else {
      vocabulary = try .trained(
        on: tasks, size: values[TrainOptions.vocabularySize] ?? 4000, lowercases: !values[TrainOptions.cased])
      vocabularyWasMade = true
      say("Made a vocabulary of \(grouped(vocabulary.count)) tokens from the training texts.")
    }
    source = .new(
      Self.shape(values, vocabulary: vocabulary),
      Tokenizer(vocabulary: vocabulary, lowercases: !values[TrainOptions.cased]))
  }

  var encoder: EncoderConfiguration {
    switch source {
    case .folder(let folder, _, _): folder.encoder
    case .new(let configuration, _): configuration
    }
  }

  /// A model of some of the tasks.
  func model(
    _ tasks: [TaskDefinition], sharing: SharingDefinition?, seed: UInt64, device: Device,
    say: (String) -> Void
  ) throws -> Model {
    switch source {
    case .folder(let folder, let path, let dropout):
      let (model, report) = try folder.modelForTraining(
        tasks, sharing: sharing, dropout: dropout, seed: seed, device: device)
      Self.describe(report, from: path).forEach(say)
      return model
    case .new(let configuration, let tokenizer):
      return try Model.new(
        configuration, tokenizer: tokenizer, tasks: tasks, sharing: sharing ?? .hard, seed: seed,
        device: device)
    }
  }

  private static func shape(_ values: OptionValues, vocabulary: Vocabulary) -> EncoderConfiguration {
    var shape = EncoderConfiguration(vocabularySize: vocabulary.count)
    if let hidden = values[TrainOptions.hiddenSize] {
      shape.hiddenSize = hidden
      shape.feedForwardSize = 4 * hidden
    }
    if let layers = values[TrainOptions.layers] { shape.layers = layers }
    if let heads = values[TrainOptions.heads] { shape.attentionHeads = heads }
    if let size = values[TrainOptions.feedForwardSize] { shape.feedForwardSize = size }
    if let deviation = values[TrainOptions.deviation] { shape.initializerDeviation = Float(deviation) }
    if let length = values[TrainOptions.maximumLength] { shape.maximumLength = length }
    if let dropout = values[TrainOptions.dropout] {
      shape.dropout = Float(dropout)
      shape.attentionDropout = Float(dropout)
    }
    return shape
  }

  /// An encoder that is there has its shape and vocabulary.
  private static func refuseShape(_ values: OptionValues) throws(UsageError) {
    for option in TrainOptions.shape.options where values.isGiven(option) {
      throw .other("--\(option.name) is for a new encoder; the one that --encoder names has its own")
    }
  }

  /// What loading an encoder left over, in words.
  private static func describe(
    _ report: ModelFolder.LoadingReport, from path: String
  ) -> [String] {
    let new = report.heads.filter { $0.kind == .new }.map(\.name)
    var first = "The encoder comes from \(path)"
    if !report.keptHeads.isEmpty { first += "; heads kept: \(report.keptHeads.joined(separator: ", "))" }
    let pretrained = report.heads.filter { $0.kind == .pretrained }.map(\.name)
    if !pretrained.isEmpty {
      first += "; from its own head for hidden tokens: \(pretrained.joined(separator: ", "))"
    }
    if !new.isEmpty { first += "; new heads: \(new.joined(separator: ", "))" }
    var lines = [first + "."]
    for head in report.heads {
      if case .other(let difference) = head.kind {
        lines.append("The head of \(head.name) starts anew, as \(difference).")
      }
    }
    if report.poolerIsFresh { lines.append("It has no pooler, so that starts fresh too.") }
    if !report.unusedHeads.isEmpty {
      lines.append("Heads there that no task here uses: \(report.unusedHeads.joined(separator: ", ")).")
    }
    if !report.unusedOthers.isEmpty {
      lines.append(
        "Without use here: \(counted(report.unusedOthers.count, "tensor")), such as \(report.unusedOthers[0])."
      )
    }
    return lines
  }
}
