import Bytes
import Foundation
import Networks
import Tasks
import Tensors
import Tokenization
import Wording

/// A folder with a model in it: Hugging Face's files (`config.json`, `vocab.txt`, `model.safetensors`), and with tasks
/// `tasks.json` and the heads' tensors beside the encoder's. Python's `transformers` loads the encoder of either.
public struct ModelFolder: Sendable {
  public let url: URL
  let configuration: HuggingFaceConfiguration
  public let tokenizer: Tokenizer
  /// No tasks: an encoder alone.
  public let tasks: [TaskDefinition]
  /// How these share the encoder.
  public let sharing: SharingDefinition
  /// What `braid calibrate` has fitted to the parameters that are here now.
  public let calibration: Calibration

  /// Reads everything but the parameters.
  ///
  /// - Throws: a typed error that names the file at fault.
  public init(_ url: URL) throws {
    self.url = url
    guard FileStatus(url.path)?.isFolder == true else {
      throw ModelError("\(url.path): there is no such folder")
    }
    configuration = try HuggingFaceConfiguration(folder: url)
    tokenizer = Tokenizer(vocabulary: try Self.vocabulary(in: url), lowercases: configuration.isLowercase)
    let taskFile = url.appendingPathComponent("tasks.json")
    let file =
      FileManager.default.fileExists(atPath: taskFile.path)
      ? try TaskFile.load([taskFile.path], types: HeadKind.taskTypes) : TaskFile()
    tasks = file.tasks
    sharing = file.sharing ?? .hard
    calibration = try Calibration(folder: url, tasks: tasks)
  }

  /// From `vocab.txt`, or from `tokenizer.json` where that is missing.
  private static func vocabulary(in folder: URL) throws -> Vocabulary {
    let list = folder.appendingPathComponent("vocab.txt")
    let file = folder.appendingPathComponent("tokenizer.json")
    if !FileManager.default.fileExists(atPath: list.path), let content = try? Data(contentsOf: file) {
      return try TokenizerFile(Array(content), file: file.path).vocabulary()
    }
    return try Vocabulary(contentsOf: list)
  }

  public var encoder: EncoderConfiguration { configuration.encoder }

  /// The names that did not find their counterpart when parameters were loaded.
  public struct LoadingReport: Sendable, Equatable {
    /// Parameters of the model that the folder does not hold; they keep the values they had.
    public internal(set) var missing: [String] = []
    /// Tensors of the folder that the model has no use for.
    public internal(set) var unused: [String] = []
    /// How the model's heads start, where training starts from the folder.
    public internal(set) var heads: [HeadStart] = []
    /// Heads of the folder's tasks that the model has no use for, where training starts from the folder.
    public internal(set) var unusedHeads: [String] = []
  }

  /// Reads the folder's parameters into a model.
  ///
  /// - Parameters:
  ///   - copies: whether a copy of a part of the encoder that the folder does not hold is read from that part.
  ///   - freshHeads: heads of the model that keep their values, whatever the folder holds under their names, unless they are
  ///     copies of something else.
  ///   - isBorrowing: whether the model may use them where they are, in the file mapped into memory, until it writes
  ///     some. The file must then not be written over in place; one that takes its name does no harm.
  /// - Throws: `SafetensorsError` for a file that isn't sound, a tensor that is there twice or has another shape.
  @discardableResult
  public func loadParameters(
    into model: Model, copies: Bool = false, freshHeads: Set<String> = [], isBorrowing: Bool = false
  ) throws -> LoadingReport {
    let heads = HeadNames(model.tasks)
    let sources = try ParameterSources(
      self, layout: model.parameters.layout, copies: copies,
      isFresh: { name in heads.head(of: name).map { freshHeads.contains($0) } ?? false })
    try sources.load(into: model, isBorrowing: isBorrowing)
    return sources.report
  }

  /// The model in this folder, complete.
  ///
  /// An encoder alone may come without a pooler, whose parameters are then zero.
  ///
  /// - Throws: as the initialiser and `loadParameters`; `ModelError` when parameters are missing.
  public func model(on device: Device) throws -> Model {
    let model = try model(tasks, sharing: sharing, on: device) {
      !(tasks.isEmpty && $0.hasPrefix("encoder.pooler."))
    }
    model.calibration = calibration
    return model
  }

  /// A model whose parameters are this folder's. Memory is taken for them when it is known that they are there, so that
  /// it is not `config.json` alone that says how much.
  ///
  /// - Parameter isRequired: whether a parameter may not be missing.
  /// - Throws: as `loadParameters`; `ModelError` when parameters are missing.
  func model(
    _ tasks: [TaskDefinition], sharing: SharingDefinition, on device: Device, isRequired: (String) -> Bool
  ) throws -> Model {
    let (network, layout) = try Model.network(encoder, tokenizer: tokenizer, tasks: tasks, sharing: sharing)
    let sources = try ParameterSources(self, layout: layout)
    try check(sources.report.missing.filter(isRequired))
    let model = try Model(network, layout, tokenizer: tokenizer, device: device, isLent: true)
    try sources.load(into: model, isBorrowing: true)
    return model
  }

  /// - Throws: `ModelError` when parameters are missing.
  func check(_ missing: [String]) throws(ModelError) {
    guard !missing.isEmpty else { return }
    let kind = sharing == .hard ? "" : "; its tasks share the encoder as \(sharing.spelling) says"
    throw ModelError("\(url.path): model.safetensors lacks \(listing(missing))\(kind)")
  }
}

/// Some names, and how many more there are.
func listing(_ names: [String], limit: Int = 5) -> String {
  let shown = names.prefix(limit).joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(grouped(names.count - limit)) more" : shown
}
