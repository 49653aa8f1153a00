import Foundation
import Tensors

/// The tensors of a folder that parameters come from, found by names and shapes before any is read.
struct ParameterSources {
  let reader: SafetensorsReader
  /// The tensor of each entry of the layout, nil for one that the folder does not hold.
  private var found: [String?]
  private(set) var report: ModelFolder.LoadingReport

  /// - Parameter isFresh: whether a parameter keeps its value, by its name.
  /// - Throws: as `ModelFolder.loadParameters`.
  init(
    _ folder: ModelFolder, layout: ParameterLayout, copies: Bool = false,
    isFresh: (String) -> Bool = { _ in false }
  ) throws {
    let file = folder.url.appendingPathComponent("model.safetensors")
    let manager = FileManager.default
    if !manager.fileExists(atPath: file.path),
      manager.fileExists(atPath: folder.url.appendingPathComponent("resume").path)
    {
      throw ModelError(
        "\(folder.url.path): there is no checkpoint yet: the run was stopped before its first evaluation")
    }
    reader = try SafetensorsReader(file)
    let resolution = HuggingFaceNames.resolve(reader.names)
    if let name = resolution.repeated.first {
      throw SafetensorsError(
        file: reader.path, tensor: name, "it means a parameter that another tensor has given already")
    }
    var sources: [String: String] = [:]
    for parameter in resolution.parameters { sources[parameter.name] = parameter.source }
    report = ModelFolder.LoadingReport(unused: resolution.unknown)
    let entries = layout.entries
    found = [String?](repeating: nil, count: entries.count)
    var used: Set<String> = []
    for (index, entry) in entries.enumerated() {
      let origin = copies ? entry.origin : nil
      guard
        let name = [isFresh(entry.name) ? nil : entry.name, origin].compactMap({ $0 }).first(where: {
          sources[$0] != nil
        }
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
    report.unused += resolution.parameters.filter {
      !used.contains($0.name) && !HuggingFaceNames.isOfPredictions($0.name)
    }.map(\.source)
  }

  /// - Parameter model: of the layout that the tensors were found for.
  /// - Throws: as `ModelFolder.loadParameters`.
  func load(into model: Model, isBorrowing: Bool) throws {
    let entries = model.parameters.layout.entries
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
      try model.parameters.reserve()
      for index in group {
        if let source = found[index] {
          let values = model.parameters.floats(of: entries[index])
          try reader.read(source, into: values)
          try Self.checkFinite(values, source, of: reader)
        }
      }
    }
    for (group, values, owner) in borrowed { model.parameters.borrow(group, from: values, of: owner) }
    model.parameters.pack()
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
}
