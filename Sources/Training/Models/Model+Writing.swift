import Foundation
import Networks
import Tasks
import Tensors

extension Model {
  /// Writes the files of a model folder, each under a temporary name that then replaces the old one; the parameters last.
  /// The folder and its parents are made where they are missing.
  ///
  /// - Parameter withTasks: false for an encoder alone, as `braid export` writes it; an older file of tasks is removed.
  /// - Throws: `FileWritingError`.
  public func write(to folder: URL, withTasks: Bool = true) throws {
    try write(to: folder, withTasks: withTasks, head: nil)
  }

  /// - Parameter head: without tasks, the name of a head for hidden tokens that goes along as `BertForMaskedLM` has it.
  private func write(to folder: URL, withTasks: Bool, head: String?) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let taskFile = folder.appendingPathComponent("tasks.json")
      if !withTasks && FileManager.default.fileExists(atPath: taskFile.path) {
        try FileManager.default.removeItem(at: taskFile)
      }
    } catch {
      throw FileWritingError(folder: folder, making: error)
    }
    try writeDescription(
      to: folder, withTasks: withTasks, architecture: head == nil ? "BertModel" : "BertForMaskedLM")
    try writeParameters(
      to: folder.appendingPathComponent("model.safetensors"), withTasks: withTasks, head: head)
    if withTasks { try calibration.write(to: folder) }
  }

  func writeDescription(to folder: URL, withTasks: Bool = true, architecture: String = "BertModel") throws {
    try Calibration.remove(from: folder)
    let description = HuggingFaceConfiguration(
      encoder: configuration, isLowercase: tokenizer.lowercases,
      paddingID: Int(tokenizer.vocabulary.paddingID))
    try AtomicFile.write(
      description.configurationText(architecture: architecture),
      to: folder.appendingPathComponent("config.json"))
    try AtomicFile.write(
      description.tokenizerConfigurationText(), to: folder.appendingPathComponent("tokenizer_config.json"))
    try AtomicFile.write(to: folder.appendingPathComponent("vocab.txt")) {
      try $0.write(tokenizer.vocabulary.serialized)
    }
    guard withTasks else { return }
    try AtomicFile.write(
      TaskFile(tasks: tasks, sharing: sharing == .hard ? nil : sharing).encoded(relativeTo: folder.path),
      to: folder.appendingPathComponent("tasks.json")
    )
  }

  /// Temperatures that were fitted to the parameters that this replaces go first.
  func writeParameters(to file: URL, withTasks: Bool = true, head: String? = nil) throws {
    try Calibration.remove(from: file.deletingLastPathComponent())
    let tensors = parameters.layout.entries.enumerated().compactMap {
      index, entry -> SafetensorsWriter.Tensor? in
      var name = HuggingFaceNames.source(of: entry.name) ?? entry.name
      if let head {
        guard let source = HuggingFaceNames.maskedLanguageSource(of: entry.name, head: head) else {
          return nil
        }
        name = source
      } else if !withTasks, !entry.name.hasPrefix("encoder.") {
        return nil
      }
      return SafetensorsWriter.Tensor(name: name, shape: entry.shape, values: parameters.contents(of: index))
    }
    try SafetensorsWriter.write(tensors, metadata: SafetensorsWriter.transformersMetadata, to: file)
  }

  /// Writes the encoder and its tokenizer as a folder that Python's `transformers` loads. A new folder appears complete or
  /// not at all.
  ///
  /// - Parameters:
  ///   - task: one for hidden tokens, whose head goes along, in the layout of `BertForMaskedLM`.
  ///   - replacing: whether files of the same names may go if the folder is there. Others stay.
  /// - Throws: `FileWritingError`; `ModelError` for a folder that holds tasks, whose heads would be lost.
  public func export(to folder: URL, withHeadOf task: String? = nil, replacing: Bool = false) throws {
    let manager = FileManager.default
    let head = try task.map { MultiTaskNetwork.headName(of: tasks[try self.task(named: $0)]) }
    guard replacing, manager.fileExists(atPath: folder.path) else {
      return try AtomicFolder.write(to: folder) { try write(to: $0, withTasks: false, head: head) }
    }
    guard !manager.fileExists(atPath: folder.appendingPathComponent("tasks.json").path) else {
      throw ModelError("\(folder.path): a model with tasks is there, which an encoder alone does not replace")
    }
    try write(to: folder, withTasks: false, head: head)
  }
}
