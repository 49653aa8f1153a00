import Bytes
import Foundation
import Networks
import Tasks
import Tensors
import Tokenization

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
    let file = url.appendingPathComponent("model.safetensors")
    let manager = FileManager.default
    if !manager.fileExists(atPath: file.path),
      manager.fileExists(atPath: url.appendingPathComponent("resume").path)
    {
      throw ModelError(
        "\(url.path): there is no checkpoint yet: the run was stopped before its first evaluation")
    }
    let reader = try SafetensorsReader(file)
    let resolution = HuggingFaceNames.resolve(reader.names)
    if let name = resolution.repeated.first {
      throw SafetensorsError(
        file: reader.path, tensor: name, "it means a parameter that another tensor has given already")
    }
    var sources: [String: String] = [:]
    for parameter in resolution.parameters { sources[parameter.name] = parameter.source }
    var report = LoadingReport(unused: resolution.unknown)
    let entries = model.parameters.layout.entries
    var found = [String?](repeating: nil, count: entries.count)
    var used: Set<String> = []
    for (index, entry) in entries.enumerated() {
      let origin = copies ? entry.origin : nil
      let isFresh = freshHeads.contains { entry.name.hasPrefix("heads.\($0).") }
      guard
        let name = [isFresh ? nil : entry.name, origin].compactMap({ $0 }).first(where: { sources[$0] != nil }
        ),
        let source = sources[name]
      else {
        report.missing.append(entry.name)
        continue
      }
      used.insert(name)
      let shape = try reader.shape(of: source)
      guard shape == entry.shape else {
        throw SafetensorsError(
          file: reader.path, tensor: source, "it has the shape \(shape), the model's is \(entry.shape)")
      }
      found[index] = source
    }
    // Copies first, as they write.
    var borrowed: [(entries: Range<Int>, values: Numbers, owner: any AnyObject & Sendable)] = []
    for group in model.parameters.entriesOfParameters {
      let names = found[group].compactMap { $0 }
      if isBorrowing, names.count == group.count, let (values, owner) = try reader.mapped(names) {
        var place = 0
        for (index, name) in zip(group, names) {
          let count = entries[index].count
          try Self.checkFinite(values.part(from: place, count: count), name, of: reader)
          place += count
        }
        borrowed.append((group, values, owner))
        continue
      }
      for index in group {
        if let source = found[index] {
          let values = model.parameters.floats(of: entries[index])
          try reader.read(source, into: values)
          try Self.checkFinite(values, source, of: reader)
        }
      }
    }
    for (group, values, owner) in borrowed { model.parameters.borrow(group, from: values, of: owner) }
    report.unused += resolution.parameters.filter {
      !used.contains($0.name) && !HuggingFaceNames.isOfPredictions($0.name)
    }.map(\.source)
    model.parameters.pack()
    return report
  }

  /// - Throws: `SafetensorsError` for values from which nothing can be computed.
  private static func checkFinite(
    _ values: Numbers, _ tensor: String, of reader: SafetensorsReader
  ) throws(SafetensorsError) {
    // Branchless, so that compilers make vector code of it.
    let exponent: UInt32 = 0x7F80_0000
    guard values.reduce(UInt32(0), { $0 | ($1.bitPattern & exponent == exponent ? 1 : 0) }) == 0 else {
      throw SafetensorsError(
        file: reader.path, tensor: tensor,
        "it holds values that are not finite, from which nothing can be computed")
    }
  }

  /// The model in this folder, complete.
  ///
  /// An encoder alone may come without a pooler, whose parameters are then zero.
  ///
  /// - Throws: as the initialiser and `loadParameters`; `ModelError` when parameters are missing.
  public func model(on device: Device) throws -> Model {
    let model = try Model(
      configuration: encoder, tokenizer: tokenizer, tasks: tasks, sharing: sharing, device: device)
    let missing = try loadParameters(into: model, isBorrowing: true).missing
    try check(missing.filter { !(tasks.isEmpty && $0.hasPrefix("encoder.pooler.")) })
    model.calibration = calibration
    return model
  }

  /// - Throws: `ModelError` when parameters are missing.
  func check(_ missing: [String]) throws(ModelError) {
    guard !missing.isEmpty else { return }
    let kind = sharing == .hard ? "" : "; its tasks share the encoder as \(sharing.spelling) says"
    throw ModelError("\(url.path): model.safetensors lacks \(listing(missing))\(kind)")
  }
}

/// Up to five names, and how many more there are.
func listing(_ names: [String]) -> String {
  let shown = names.prefix(5).joined(separator: ", ")
  return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
}
